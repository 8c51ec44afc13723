using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>256-bit kernels for processors without AVX-512. A block's 16 rows are two vectors; 4 batch rows keep 8 sums in the 16 registers.</summary>
internal sealed unsafe class Avx2Kernels : MatrixKernels
{
    private const int Lanes = 8;
    private const int Rows = PackedMatrix.BlockRows;
    private const int Group = PackedMatrix.GroupColumns;

    protected override void FloatRow<TWeights>(in Panel panel, float* x, float* y)
    {
        for (var block = 0; block < panel.Blocks; block++)
        {
            FloatTile1<TWeights>(panel.Data + block * panel.BlockBytes, panel.Columns, x, y + block * Rows, accumulate: false);
        }
    }

    protected override void FloatTiles<TWeights>(in Panel panel, float* x, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        for (var block = 0; block < panel.Blocks; block++)
        {
            var weights = panel.Data + block * panel.BlockBytes;
            var target = y + block * Rows;
            var row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                FloatTile4<TWeights>(weights, panel.Columns, x + (long)row * xStride, xStride, target + (long)row * yStride, yStride, accumulate);
            }
            for (; row < rows; row++)
            {
                FloatTile1<TWeights>(weights, panel.Columns, x + (long)row * xStride, target + (long)row * yStride, accumulate);
            }
        }
    }

    protected override void Int8Row(in Panel panel, short* x, float* xScales, float* y)
    {
        var groups = panel.Columns / Group;
        for (var block = 0; block < panel.Blocks; block++)
        {
            Int8Tile1(panel.Data + block * panel.BlockBytes, panel.Scales + (long)block * groups * Rows, groups, x, xScales, y + block * Rows, accumulate: false);
        }
    }

    protected override void Int8Tiles(
        in Panel panel, int scaleStride, short* x, float* xScales, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        var groups = panel.Columns / Group;
        var xScaleStride = xStride / Group;
        for (var block = 0; block < panel.Blocks; block++)
        {
            var weights = panel.Data + block * panel.BlockBytes;
            var scales = panel.Scales + (long)block * scaleStride;
            var target = y + block * Rows;
            var row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                Int8Tile4(weights, scales, groups, x + (long)row * xStride, xScales + row * xScaleStride, xStride, target + (long)row * yStride, yStride, accumulate);
            }
            for (; row < rows; row++)
            {
                Int8Tile1(weights, scales, groups, x + (long)row * xStride, xScales + row * xScaleStride, target + (long)row * yStride, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(byte* pair) => Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(Vector256<int> sum, float* scales, float xScale, float* y, bool accumulate)
    {
        var before = accumulate ? Vector256.Load(y) : default;
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), Vector256.Load(scales) * Vector256.Create(xScale), before).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FloatTile4<TWeights>(byte* w, int columns, float* x, int xStride, float* y, int yStride, bool accumulate)
        where TWeights : struct, IFloatWeights
    {
        var x1 = x + xStride;
        var x2 = x + 2L * xStride;
        var x3 = x + 3L * xStride;
        Vector256<float> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default;
        if (accumulate)
        {
            a0 = Vector256.Load(y);
            b0 = Vector256.Load(y + Lanes);
            a1 = Vector256.Load(y + yStride);
            b1 = Vector256.Load(y + yStride + Lanes);
            a2 = Vector256.Load(y + 2L * yStride);
            b2 = Vector256.Load(y + 2L * yStride + Lanes);
            a3 = Vector256.Load(y + 3L * yStride);
            b3 = Vector256.Load(y + 3L * yStride + Lanes);
        }
        for (var k = 0; k < columns; k += 2, w += TWeights.PairBytes)
        {
            TWeights.Load(w, 0, out var aEven, out var aOdd);
            TWeights.Load(w, 1, out var bEven, out var bOdd);
            var even0 = Vector256.Create(x[k]);
            a0 = Fma.MultiplyAdd(aEven, even0, a0);
            b0 = Fma.MultiplyAdd(bEven, even0, b0);
            var even1 = Vector256.Create(x1[k]);
            a1 = Fma.MultiplyAdd(aEven, even1, a1);
            b1 = Fma.MultiplyAdd(bEven, even1, b1);
            var even2 = Vector256.Create(x2[k]);
            a2 = Fma.MultiplyAdd(aEven, even2, a2);
            b2 = Fma.MultiplyAdd(bEven, even2, b2);
            var even3 = Vector256.Create(x3[k]);
            a3 = Fma.MultiplyAdd(aEven, even3, a3);
            b3 = Fma.MultiplyAdd(bEven, even3, b3);
            var odd0 = Vector256.Create(x[k + 1]);
            a0 = Fma.MultiplyAdd(aOdd, odd0, a0);
            b0 = Fma.MultiplyAdd(bOdd, odd0, b0);
            var odd1 = Vector256.Create(x1[k + 1]);
            a1 = Fma.MultiplyAdd(aOdd, odd1, a1);
            b1 = Fma.MultiplyAdd(bOdd, odd1, b1);
            var odd2 = Vector256.Create(x2[k + 1]);
            a2 = Fma.MultiplyAdd(aOdd, odd2, a2);
            b2 = Fma.MultiplyAdd(bOdd, odd2, b2);
            var odd3 = Vector256.Create(x3[k + 1]);
            a3 = Fma.MultiplyAdd(aOdd, odd3, a3);
            b3 = Fma.MultiplyAdd(bOdd, odd3, b3);
        }
        a0.Store(y);
        b0.Store(y + Lanes);
        a1.Store(y + yStride);
        b1.Store(y + yStride + Lanes);
        a2.Store(y + 2L * yStride);
        b2.Store(y + 2L * yStride + Lanes);
        a3.Store(y + 3L * yStride);
        b3.Store(y + 3L * yStride + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Int8Tile4(byte* w, float* scales, int groups, short* x, float* xScales, int xStride, float* y, int yStride, bool accumulate)
    {
        var xScaleStride = xStride / Group;
        for (var group = 0; group < groups; group++, scales += Rows)
        {
            var x0 = (int*)(x + group * Group);
            var x1 = (int*)((short*)x0 + xStride);
            var x2 = (int*)((short*)x1 + xStride);
            var x3 = (int*)((short*)x2 + xStride);
            Vector256<int> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default;
            for (var pair = 0; pair < Group / 2; pair++, w += 2 * Rows)
            {
                var aw = Widen(w);
                var bw = Widen(w + Rows);
                var c0 = Vector256.Create(x0[pair]).AsInt16();
                a0 += Avx2.MultiplyAddAdjacent(aw, c0);
                b0 += Avx2.MultiplyAddAdjacent(bw, c0);
                var c1 = Vector256.Create(x1[pair]).AsInt16();
                a1 += Avx2.MultiplyAddAdjacent(aw, c1);
                b1 += Avx2.MultiplyAddAdjacent(bw, c1);
                var c2 = Vector256.Create(x2[pair]).AsInt16();
                a2 += Avx2.MultiplyAddAdjacent(aw, c2);
                b2 += Avx2.MultiplyAddAdjacent(bw, c2);
                var c3 = Vector256.Create(x3[pair]).AsInt16();
                a3 += Avx2.MultiplyAddAdjacent(aw, c3);
                b3 += Avx2.MultiplyAddAdjacent(bw, c3);
            }
            var add = accumulate || group > 0;
            AddScaled(a0, scales, xScales[group], y, add);
            AddScaled(b0, scales + Lanes, xScales[group], y + Lanes, add);
            AddScaled(a1, scales, xScales[xScaleStride + group], y + yStride, add);
            AddScaled(b1, scales + Lanes, xScales[xScaleStride + group], y + yStride + Lanes, add);
            AddScaled(a2, scales, xScales[2 * xScaleStride + group], y + 2L * yStride, add);
            AddScaled(b2, scales + Lanes, xScales[2 * xScaleStride + group], y + 2L * yStride + Lanes, add);
            AddScaled(a3, scales, xScales[3 * xScaleStride + group], y + 3L * yStride, add);
            AddScaled(b3, scales + Lanes, xScales[3 * xScaleStride + group], y + 3L * yStride + Lanes, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FloatTile1<TWeights>(byte* w, int columns, float* x, float* y, bool accumulate)
        where TWeights : struct, IFloatWeights
    {
        Vector256<float> a0 = default, b0 = default;
        if (accumulate)
        {
            a0 = Vector256.Load(y);
            b0 = Vector256.Load(y + Lanes);
        }
        for (var k = 0; k < columns; k += 2, w += TWeights.PairBytes)
        {
            TWeights.Load(w, 0, out var aEven, out var aOdd);
            TWeights.Load(w, 1, out var bEven, out var bOdd);
            var even0 = Vector256.Create(x[k]);
            a0 = Fma.MultiplyAdd(aEven, even0, a0);
            b0 = Fma.MultiplyAdd(bEven, even0, b0);
            var odd0 = Vector256.Create(x[k + 1]);
            a0 = Fma.MultiplyAdd(aOdd, odd0, a0);
            b0 = Fma.MultiplyAdd(bOdd, odd0, b0);
        }
        a0.Store(y);
        b0.Store(y + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Int8Tile1(byte* w, float* scales, int groups, short* x, float* xScales, float* y, bool accumulate)
    {
        for (var group = 0; group < groups; group++, scales += Rows)
        {
            var x0 = (int*)(x + group * Group);
            Vector256<int> a0 = default, b0 = default;
            for (var pair = 0; pair < Group / 2; pair++, w += 2 * Rows)
            {
                var aw = Widen(w);
                var bw = Widen(w + Rows);
                var c0 = Vector256.Create(x0[pair]).AsInt16();
                a0 += Avx2.MultiplyAddAdjacent(aw, c0);
                b0 += Avx2.MultiplyAddAdjacent(bw, c0);
            }
            var add = accumulate || group > 0;
            AddScaled(a0, scales, xScales[group], y, add);
            AddScaled(b0, scales + Lanes, xScales[group], y + Lanes, add);
        }
    }
}
