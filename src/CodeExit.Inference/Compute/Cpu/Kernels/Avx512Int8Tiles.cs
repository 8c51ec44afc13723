using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>
/// Inner loops of <see cref="Avx512Kernels"/> on int8 weights. They are widened to 16 bits and multiplied with 16-bit activations: one
/// MultiplyAddAdjacent does a column pair of 16 rows, twice the products of an F32 multiply-add. A group of 64 columns sums to at most
/// 32 · 2 · 127 · 32767 &lt; 2³¹ and so cannot overflow.
/// </summary>
internal static unsafe class Avx512Int8Tiles
{
    private const int Lanes = 16;
    private const int Group = PackedMatrix.GroupColumns;

    /// <summary>Bytes of a column pair of 16 rows.</summary>
    private const int PairBytes = 2 * Lanes;

    /// <summary>Scales are a thin stream of their own: 16 groups ahead.</summary>
    private const int ScalePrefetch = 16 * Lanes;

    /// <summary>
    /// One block after the other: memory is read in one straight line, which the prefetchers follow. Integer sums may be split over
    /// registers, so a single block keeps the units busy.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in Panel panel, short* x, float* xScales, float* y)
    {
        var groups = panel.Columns / Group;
        var w = panel.Data;
        var scales = panel.Scales;
        for (var block = 0; block < panel.Blocks; block++)
        {
            var sum = Vector512<float>.Zero;
            var pairs = (int*)x;
            for (var group = 0; group < groups; group++)
            {
                Vector512<int> s0 = default, s1 = default, s2 = default, s3 = default;
                for (var end = pairs + Group / 2; pairs < end; pairs += 4, w += 4 * PairBytes)
                {
                    Sse.Prefetch0(w + Avx512Kernels.PrefetchBytes);
                    Sse.Prefetch0(w + Avx512Kernels.PrefetchBytes + 2 * PairBytes);
                    s0 += Avx512BW.MultiplyAddAdjacent(Widen(w), Vector512.Create(pairs[0]).AsInt16());
                    s1 += Avx512BW.MultiplyAddAdjacent(Widen(w + PairBytes), Vector512.Create(pairs[1]).AsInt16());
                    s2 += Avx512BW.MultiplyAddAdjacent(Widen(w + 2 * PairBytes), Vector512.Create(pairs[2]).AsInt16());
                    s3 += Avx512BW.MultiplyAddAdjacent(Widen(w + 3 * PairBytes), Vector512.Create(pairs[3]).AsInt16());
                }
                Sse.Prefetch0(scales + ScalePrefetch);
                sum = Scaled(s0 + s1 + (s2 + s3), scales, Vector512.Create(xScales[group]), sum);
                scales += Lanes;
            }
            sum.Store(y + block * Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8(in BlockPair tile, short* x, float* xScales, int xStride, float* ya, float* yb, int yStride)
    {
        var a = tile.A;
        var b = tile.B;
        var scaleStride = xStride / Group;
        for (var group = 0; group < tile.Groups; group++)
        {
            var x0 = (int*)(x + group * Group);
            var x1 = (int*)((short*)x0 + xStride);
            var x2 = (int*)((short*)x1 + xStride);
            var x3 = (int*)((short*)x2 + xStride);
            var x4 = (int*)((short*)x3 + xStride);
            var x5 = (int*)((short*)x4 + xStride);
            var x6 = (int*)((short*)x5 + xStride);
            var x7 = (int*)((short*)x6 + xStride);
            Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
            Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
            for (var pair = 0; pair < Group / 2; pair++)
            {
                var aw = Widen(a);
                var bw = Widen(b);
                var c0 = Vector512.Create(x0[pair]).AsInt16();
                a0 += Avx512BW.MultiplyAddAdjacent(aw, c0);
                b0 += Avx512BW.MultiplyAddAdjacent(bw, c0);
                var c1 = Vector512.Create(x1[pair]).AsInt16();
                a1 += Avx512BW.MultiplyAddAdjacent(aw, c1);
                b1 += Avx512BW.MultiplyAddAdjacent(bw, c1);
                var c2 = Vector512.Create(x2[pair]).AsInt16();
                a2 += Avx512BW.MultiplyAddAdjacent(aw, c2);
                b2 += Avx512BW.MultiplyAddAdjacent(bw, c2);
                var c3 = Vector512.Create(x3[pair]).AsInt16();
                a3 += Avx512BW.MultiplyAddAdjacent(aw, c3);
                b3 += Avx512BW.MultiplyAddAdjacent(bw, c3);
                var c4 = Vector512.Create(x4[pair]).AsInt16();
                a4 += Avx512BW.MultiplyAddAdjacent(aw, c4);
                b4 += Avx512BW.MultiplyAddAdjacent(bw, c4);
                var c5 = Vector512.Create(x5[pair]).AsInt16();
                a5 += Avx512BW.MultiplyAddAdjacent(aw, c5);
                b5 += Avx512BW.MultiplyAddAdjacent(bw, c5);
                var c6 = Vector512.Create(x6[pair]).AsInt16();
                a6 += Avx512BW.MultiplyAddAdjacent(aw, c6);
                b6 += Avx512BW.MultiplyAddAdjacent(bw, c6);
                var c7 = Vector512.Create(x7[pair]).AsInt16();
                a7 += Avx512BW.MultiplyAddAdjacent(aw, c7);
                b7 += Avx512BW.MultiplyAddAdjacent(bw, c7);
                a += PairBytes;
                b += PairBytes;
            }
            var aScales = Vector512.Load(tile.AScales + group * Lanes);
            var bScales = Vector512.Load(tile.BScales + group * Lanes);
            var accumulate = tile.Accumulate || group > 0;
            var paired = tile.A != tile.B; // an odd last block stands for both: adding it twice would double it
            AddScaled(a0, aScales, xScales[group], ya, accumulate);
            if (paired) AddScaled(b0, bScales, xScales[group], yb, accumulate);
            AddScaled(a1, aScales, xScales[scaleStride + group], ya + yStride, accumulate);
            if (paired) AddScaled(b1, bScales, xScales[scaleStride + group], yb + yStride, accumulate);
            AddScaled(a2, aScales, xScales[2 * scaleStride + group], ya + 2L * yStride, accumulate);
            if (paired) AddScaled(b2, bScales, xScales[2 * scaleStride + group], yb + 2L * yStride, accumulate);
            AddScaled(a3, aScales, xScales[3 * scaleStride + group], ya + 3L * yStride, accumulate);
            if (paired) AddScaled(b3, bScales, xScales[3 * scaleStride + group], yb + 3L * yStride, accumulate);
            AddScaled(a4, aScales, xScales[4 * scaleStride + group], ya + 4L * yStride, accumulate);
            if (paired) AddScaled(b4, bScales, xScales[4 * scaleStride + group], yb + 4L * yStride, accumulate);
            AddScaled(a5, aScales, xScales[5 * scaleStride + group], ya + 5L * yStride, accumulate);
            if (paired) AddScaled(b5, bScales, xScales[5 * scaleStride + group], yb + 5L * yStride, accumulate);
            AddScaled(a6, aScales, xScales[6 * scaleStride + group], ya + 6L * yStride, accumulate);
            if (paired) AddScaled(b6, bScales, xScales[6 * scaleStride + group], yb + 6L * yStride, accumulate);
            AddScaled(a7, aScales, xScales[7 * scaleStride + group], ya + 7L * yStride, accumulate);
            if (paired) AddScaled(b7, bScales, xScales[7 * scaleStride + group], yb + 7L * yStride, accumulate);
        }
    }

    /// <summary>
    /// One block with 1 to 7 rows: the end of a batch, or drafts that are verified. Weights are read in one straight line, as by
    /// <see cref="Row"/>, because so few rows leave the memory in charge.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Few<TRows>(
        byte* w, float* scales, int groups, bool accumulate, short* x, float* xScales, int xStride, float* y, int yStride)
        where TRows : struct, IRowCount
    {
        var scaleStride = xStride / Group;
        for (var group = 0; group < groups; group++, x += Group, xScales++, scales += Lanes)
        {
            Vector512<int> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
            for (var pair = 0; pair < Group; pair += 2, w += PairBytes)
            {
                if (pair % 4 == 0) Sse.Prefetch0(w + Avx512Kernels.PrefetchBytes);
                var weights = Widen(w);
                s0 += Products(weights, x + pair);
                if (TRows.Count > 1) s1 += Products(weights, x + pair + xStride);
                if (TRows.Count > 2) s2 += Products(weights, x + pair + 2 * xStride);
                if (TRows.Count > 3) s3 += Products(weights, x + pair + 3 * xStride);
                if (TRows.Count > 4) s4 += Products(weights, x + pair + 4 * xStride);
                if (TRows.Count > 5) s5 += Products(weights, x + pair + 5 * xStride);
                if (TRows.Count > 6) s6 += Products(weights, x + pair + 6 * xStride);
            }
            Sse.Prefetch0(scales + ScalePrefetch);
            var scale = Vector512.Load(scales);
            var add = accumulate || group > 0;
            AddScaled(s0, scale, xScales[0], y, add);
            if (TRows.Count > 1) AddScaled(s1, scale, xScales[scaleStride], y + yStride, add);
            if (TRows.Count > 2) AddScaled(s2, scale, xScales[2 * scaleStride], y + 2L * yStride, add);
            if (TRows.Count > 3) AddScaled(s3, scale, xScales[3 * scaleStride], y + 3L * yStride, add);
            if (TRows.Count > 4) AddScaled(s4, scale, xScales[4 * scaleStride], y + 4L * yStride, add);
            if (TRows.Count > 5) AddScaled(s5, scale, xScales[5 * scaleStride], y + 5L * yStride, add);
            if (TRows.Count > 6) AddScaled(s6, scale, xScales[6 * scaleStride], y + 6L * yStride, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(Vector512<short> weights, short* pair) =>
        Avx512BW.MultiplyAddAdjacent(weights, Vector512.Create(*(int*)pair).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Widen(byte* pair) => Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(Vector512<int> sum, float* scales, Vector512<float> xScale, Vector512<float> y) =>
        Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), Vector512.Load(scales) * xScale, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(Vector512<int> sum, Vector512<float> scales, float xScale, float* y, bool accumulate)
    {
        var before = accumulate ? Vector512.Load(y) : default;
        Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), scales * Vector512.Create(xScale), before).Store(y);
    }

    /// <summary>Two blocks of weights and their scales, [groups][16].</summary>
    public readonly struct BlockPair(byte* a, byte* b, float* aScales, float* bScales, int groups, bool accumulate)
    {
        public readonly byte* A = a;
        public readonly byte* B = b;
        public readonly float* AScales = aScales;
        public readonly float* BScales = bScales;
        public readonly int Groups = groups;
        public readonly bool Accumulate = accumulate;
    }
}
