using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>
/// Inner loops of <see cref="Avx512Kernels"/> on float weights. A tile of 8 batch rows × 2 blocks keeps 16 sums in registers, enough to
/// hide a fused multiply-add's four cycles on two units. Sums are named locals because the JIT keeps those, and no array, in registers.
/// </summary>
internal static unsafe class Avx512FloatTiles
{
    private const int Lanes = 16;

    /// <summary>Four blocks at once: four sums hide the latency of the two dependent additions of a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<TWeights>(in Panel panel, float* x, float* y)
        where TWeights : struct, IFloatWeights
    {
        var columns = panel.Columns;
        var stride = panel.BlockBytes;
        var block = 0;
        for (; block + 4 <= panel.Blocks; block += 4)
        {
            var w0 = panel.Data + block * stride;
            var w1 = w0 + stride;
            var w2 = w1 + stride;
            var w3 = w2 + stride;
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var k = 0; k < columns; k += 2)
            {
                var xEven = Vector512.Create(x[k]);
                var xOdd = Vector512.Create(x[k + 1]);
                TWeights.Load(w0, out var even0, out var odd0);
                TWeights.Load(w1, out var even1, out var odd1);
                TWeights.Load(w2, out var even2, out var odd2);
                TWeights.Load(w3, out var even3, out var odd3);
                s0 = Avx512F.FusedMultiplyAdd(even0, xEven, s0);
                s1 = Avx512F.FusedMultiplyAdd(even1, xEven, s1);
                s2 = Avx512F.FusedMultiplyAdd(even2, xEven, s2);
                s3 = Avx512F.FusedMultiplyAdd(even3, xEven, s3);
                s0 = Avx512F.FusedMultiplyAdd(odd0, xOdd, s0);
                s1 = Avx512F.FusedMultiplyAdd(odd1, xOdd, s1);
                s2 = Avx512F.FusedMultiplyAdd(odd2, xOdd, s2);
                s3 = Avx512F.FusedMultiplyAdd(odd3, xOdd, s3);
                w0 += TWeights.PairBytes;
                w1 += TWeights.PairBytes;
                w2 += TWeights.PairBytes;
                w3 += TWeights.PairBytes;
            }
            s0.Store(y + block * Lanes);
            s1.Store(y + (block + 1) * Lanes);
            s2.Store(y + (block + 2) * Lanes);
            s3.Store(y + (block + 3) * Lanes);
        }
        if (block < panel.Blocks) StreamedRow<TWeights>(panel, block, x, y);
    }

    /// <summary>One block after the other, from <paramref name="block"/> on: slower from a cache, faster from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StreamedRow<TWeights>(in Panel panel, int block, float* x, float* y)
        where TWeights : struct, IFloatWeights
    {
        for (; block < panel.Blocks; block++)
        {
            var w = panel.Data + block * panel.BlockBytes;
            Vector512<float> sum = default;
            for (var k = 0; k < panel.Columns; k += 2, w += TWeights.PairBytes)
            {
                Sse.Prefetch0(w + Avx512Kernels.PrefetchBytes);
                TWeights.Load(w, out var even, out var odd);
                sum = Avx512F.FusedMultiplyAdd(even, Vector512.Create(x[k]), sum);
                sum = Avx512F.FusedMultiplyAdd(odd, Vector512.Create(x[k + 1]), sum);
            }
            sum.Store(y + block * Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8<TWeights>(
        byte* a, byte* b, int columns, float* x, int xStride, float* ya, float* yb, int yStride, bool accumulate)
        where TWeights : struct, IFloatWeights
    {
        var x1 = x + xStride;
        var x2 = x + 2L * xStride;
        var x3 = x + 3L * xStride;
        var x4 = x + 4L * xStride;
        var x5 = x + 5L * xStride;
        var x6 = x + 6L * xStride;
        var x7 = x + 7L * xStride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(ya);
            a1 = Vector512.Load(ya + yStride);
            a2 = Vector512.Load(ya + 2L * yStride);
            a3 = Vector512.Load(ya + 3L * yStride);
            a4 = Vector512.Load(ya + 4L * yStride);
            a5 = Vector512.Load(ya + 5L * yStride);
            a6 = Vector512.Load(ya + 6L * yStride);
            a7 = Vector512.Load(ya + 7L * yStride);
            b0 = Vector512.Load(yb);
            b1 = Vector512.Load(yb + yStride);
            b2 = Vector512.Load(yb + 2L * yStride);
            b3 = Vector512.Load(yb + 3L * yStride);
            b4 = Vector512.Load(yb + 4L * yStride);
            b5 = Vector512.Load(yb + 5L * yStride);
            b6 = Vector512.Load(yb + 6L * yStride);
            b7 = Vector512.Load(yb + 7L * yStride);
        }
        for (var k = 0; k < columns; k += 2)
        {
            TWeights.Load(a, out var aEven, out var aOdd);
            TWeights.Load(b, out var bEven, out var bOdd);
            var even0 = Vector512.Create(x[k]);
            a0 = Avx512F.FusedMultiplyAdd(aEven, even0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bEven, even0, b0);
            var even1 = Vector512.Create(x1[k]);
            a1 = Avx512F.FusedMultiplyAdd(aEven, even1, a1);
            b1 = Avx512F.FusedMultiplyAdd(bEven, even1, b1);
            var even2 = Vector512.Create(x2[k]);
            a2 = Avx512F.FusedMultiplyAdd(aEven, even2, a2);
            b2 = Avx512F.FusedMultiplyAdd(bEven, even2, b2);
            var even3 = Vector512.Create(x3[k]);
            a3 = Avx512F.FusedMultiplyAdd(aEven, even3, a3);
            b3 = Avx512F.FusedMultiplyAdd(bEven, even3, b3);
            var even4 = Vector512.Create(x4[k]);
            a4 = Avx512F.FusedMultiplyAdd(aEven, even4, a4);
            b4 = Avx512F.FusedMultiplyAdd(bEven, even4, b4);
            var even5 = Vector512.Create(x5[k]);
            a5 = Avx512F.FusedMultiplyAdd(aEven, even5, a5);
            b5 = Avx512F.FusedMultiplyAdd(bEven, even5, b5);
            var even6 = Vector512.Create(x6[k]);
            a6 = Avx512F.FusedMultiplyAdd(aEven, even6, a6);
            b6 = Avx512F.FusedMultiplyAdd(bEven, even6, b6);
            var even7 = Vector512.Create(x7[k]);
            a7 = Avx512F.FusedMultiplyAdd(aEven, even7, a7);
            b7 = Avx512F.FusedMultiplyAdd(bEven, even7, b7);
            var odd0 = Vector512.Create(x[k + 1]);
            a0 = Avx512F.FusedMultiplyAdd(aOdd, odd0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bOdd, odd0, b0);
            var odd1 = Vector512.Create(x1[k + 1]);
            a1 = Avx512F.FusedMultiplyAdd(aOdd, odd1, a1);
            b1 = Avx512F.FusedMultiplyAdd(bOdd, odd1, b1);
            var odd2 = Vector512.Create(x2[k + 1]);
            a2 = Avx512F.FusedMultiplyAdd(aOdd, odd2, a2);
            b2 = Avx512F.FusedMultiplyAdd(bOdd, odd2, b2);
            var odd3 = Vector512.Create(x3[k + 1]);
            a3 = Avx512F.FusedMultiplyAdd(aOdd, odd3, a3);
            b3 = Avx512F.FusedMultiplyAdd(bOdd, odd3, b3);
            var odd4 = Vector512.Create(x4[k + 1]);
            a4 = Avx512F.FusedMultiplyAdd(aOdd, odd4, a4);
            b4 = Avx512F.FusedMultiplyAdd(bOdd, odd4, b4);
            var odd5 = Vector512.Create(x5[k + 1]);
            a5 = Avx512F.FusedMultiplyAdd(aOdd, odd5, a5);
            b5 = Avx512F.FusedMultiplyAdd(bOdd, odd5, b5);
            var odd6 = Vector512.Create(x6[k + 1]);
            a6 = Avx512F.FusedMultiplyAdd(aOdd, odd6, a6);
            b6 = Avx512F.FusedMultiplyAdd(bOdd, odd6, b6);
            var odd7 = Vector512.Create(x7[k + 1]);
            a7 = Avx512F.FusedMultiplyAdd(aOdd, odd7, a7);
            b7 = Avx512F.FusedMultiplyAdd(bOdd, odd7, b7);
            a += TWeights.PairBytes;
            b += TWeights.PairBytes;
        }
        a0.Store(ya);
        a1.Store(ya + yStride);
        a2.Store(ya + 2L * yStride);
        a3.Store(ya + 3L * yStride);
        a4.Store(ya + 4L * yStride);
        a5.Store(ya + 5L * yStride);
        a6.Store(ya + 6L * yStride);
        a7.Store(ya + 7L * yStride);
        b0.Store(yb);
        b1.Store(yb + yStride);
        b2.Store(yb + 2L * yStride);
        b3.Store(yb + 3L * yStride);
        b4.Store(yb + 4L * yStride);
        b5.Store(yb + 5L * yStride);
        b6.Store(yb + 6L * yStride);
        b7.Store(yb + 7L * yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4<TWeights>(
        byte* a, byte* b, int columns, float* x, int xStride, float* ya, float* yb, int yStride, bool accumulate)
        where TWeights : struct, IFloatWeights
    {
        var x1 = x + xStride;
        var x2 = x + 2L * xStride;
        var x3 = x + 3L * xStride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(ya);
            a1 = Vector512.Load(ya + yStride);
            a2 = Vector512.Load(ya + 2L * yStride);
            a3 = Vector512.Load(ya + 3L * yStride);
            b0 = Vector512.Load(yb);
            b1 = Vector512.Load(yb + yStride);
            b2 = Vector512.Load(yb + 2L * yStride);
            b3 = Vector512.Load(yb + 3L * yStride);
        }
        for (var k = 0; k < columns; k += 2)
        {
            TWeights.Load(a, out var aEven, out var aOdd);
            TWeights.Load(b, out var bEven, out var bOdd);
            var even0 = Vector512.Create(x[k]);
            a0 = Avx512F.FusedMultiplyAdd(aEven, even0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bEven, even0, b0);
            var even1 = Vector512.Create(x1[k]);
            a1 = Avx512F.FusedMultiplyAdd(aEven, even1, a1);
            b1 = Avx512F.FusedMultiplyAdd(bEven, even1, b1);
            var even2 = Vector512.Create(x2[k]);
            a2 = Avx512F.FusedMultiplyAdd(aEven, even2, a2);
            b2 = Avx512F.FusedMultiplyAdd(bEven, even2, b2);
            var even3 = Vector512.Create(x3[k]);
            a3 = Avx512F.FusedMultiplyAdd(aEven, even3, a3);
            b3 = Avx512F.FusedMultiplyAdd(bEven, even3, b3);
            var odd0 = Vector512.Create(x[k + 1]);
            a0 = Avx512F.FusedMultiplyAdd(aOdd, odd0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bOdd, odd0, b0);
            var odd1 = Vector512.Create(x1[k + 1]);
            a1 = Avx512F.FusedMultiplyAdd(aOdd, odd1, a1);
            b1 = Avx512F.FusedMultiplyAdd(bOdd, odd1, b1);
            var odd2 = Vector512.Create(x2[k + 1]);
            a2 = Avx512F.FusedMultiplyAdd(aOdd, odd2, a2);
            b2 = Avx512F.FusedMultiplyAdd(bOdd, odd2, b2);
            var odd3 = Vector512.Create(x3[k + 1]);
            a3 = Avx512F.FusedMultiplyAdd(aOdd, odd3, a3);
            b3 = Avx512F.FusedMultiplyAdd(bOdd, odd3, b3);
            a += TWeights.PairBytes;
            b += TWeights.PairBytes;
        }
        a0.Store(ya);
        a1.Store(ya + yStride);
        a2.Store(ya + 2L * yStride);
        a3.Store(ya + 3L * yStride);
        b0.Store(yb);
        b1.Store(yb + yStride);
        b2.Store(yb + 2L * yStride);
        b3.Store(yb + 3L * yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1<TWeights>(
        byte* a, byte* b, int columns, float* x, float* ya, float* yb, bool accumulate)
        where TWeights : struct, IFloatWeights
    {
        Vector512<float> a0 = default;
        Vector512<float> b0 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(ya);
            b0 = Vector512.Load(yb);
        }
        for (var k = 0; k < columns; k += 2)
        {
            TWeights.Load(a, out var aEven, out var aOdd);
            TWeights.Load(b, out var bEven, out var bOdd);
            var even0 = Vector512.Create(x[k]);
            a0 = Avx512F.FusedMultiplyAdd(aEven, even0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bEven, even0, b0);
            var odd0 = Vector512.Create(x[k + 1]);
            a0 = Avx512F.FusedMultiplyAdd(aOdd, odd0, a0);
            b0 = Avx512F.FusedMultiplyAdd(bOdd, odd0, b0);
            a += TWeights.PairBytes;
            b += TWeights.PairBytes;
        }
        a0.Store(ya);
        b0.Store(yb);
    }
}
