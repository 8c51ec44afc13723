using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>
/// y[t, r] = Σₖ x[t, k] · w[r, k] on one thread. Every implementation adds the columns of one output in the same order whatever the
/// number of rows in the batch, so a token's result does not depend on what it was batched with: prefix reuse is exact.
/// </summary>
internal abstract unsafe class MatrixKernels
{
    /// <summary>
    /// Batch rows and columns worked on at a time. 128 rows × 512 columns of F32 are 256 KiB: the activations stay in the second-level
    /// cache while the blocks of a matrix pass by, and the 32 KiB of a block pair stay in the first while the rows pass by.
    /// </summary>
    private const int RowChunk = 128;
    private const int ColumnChunk = 512;
    private const int FewRows = 8;

    /// <summary>The fastest that this processor runs.</summary>
    public static MatrixKernels Best { get; } =
        Vector512.IsHardwareAccelerated && Avx512BW.IsSupported ? new Avx512Kernels()
        : Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported ? new Avx2Kernels()
        : new PortableKernels();

    /// <summary>Float weights.</summary>
    /// <param name="x">[rows, xStride]; <see cref="Panel.Columns"/> columns are read.</param>
    /// <param name="y">[rows, yStride]; 16 · <see cref="Panel.Blocks"/> columns are written.</param>
    public void Multiply<TWeights>(in Panel panel, float* x, int xStride, int rows, float* y, int yStride)
        where TWeights : struct, IFloatWeights
    {
        if (rows == 1)
        {
            FloatRow<TWeights>(panel, x, y);
            return;
        }
        for (var column = 0; column < panel.Columns || column == 0; column += ColumnChunk)
        {
            var slice = panel with
            {
                Data = panel.Data + (long)(column / 2) * TWeights.PairBytes,
                Columns = Math.Min(ColumnChunk, panel.Columns - column),
            };
            for (var row = 0; row < rows; row += RowChunk)
            {
                FloatTiles<TWeights>(
                    slice, x + (long)row * xStride + column, xStride, Math.Min(RowChunk, rows - row), y + (long)row * yStride, yStride, column > 0);
            }
        }
    }

    /// <summary>Int8 weights, 16-bit activations.</summary>
    /// <param name="x">[rows, xStride] quantised activations.</param>
    /// <param name="xScales">[rows, xStride / 64].</param>
    public void Multiply(in Panel panel, short* x, float* xScales, int xStride, int rows, float* y, int yStride)
    {
        if (rows == 1)
        {
            Int8Row(panel, x, xScales, y);
            return;
        }
        const int Group = PackedMatrix.GroupColumns;
        // A few rows stay in the cache whole, and the weights are best read in one straight line.
        var columns = rows <= FewRows ? panel.Columns : ColumnChunk;
        for (var column = 0; column < panel.Columns; column += columns)
        {
            var slice = panel with
            {
                Data = panel.Data + (long)column * PackedMatrix.BlockRows,
                Scales = panel.Scales + column / Group * PackedMatrix.BlockRows,
                Columns = Math.Min(columns, panel.Columns - column),
            };
            var scaleStride = panel.Columns / Group * PackedMatrix.BlockRows;
            for (var row = 0; row < rows; row += RowChunk)
            {
                Int8Tiles(
                    slice, scaleStride, x + (long)row * xStride + column, xScales + (long)row * (xStride / Group) + column / Group, xStride,
                    Math.Min(RowChunk, rows - row), y + (long)row * yStride, yStride, column > 0);
            }
        }
    }

    /// <summary>One batch row: bound by memory.</summary>
    protected abstract void FloatRow<TWeights>(in Panel panel, float* x, float* y)
        where TWeights : struct, IFloatWeights;

    /// <summary>Many batch rows: bound by arithmetic. Adds to what y holds where <paramref name="accumulate"/>.</summary>
    protected abstract void FloatTiles<TWeights>(in Panel panel, float* x, int xStride, int rows, float* y, int yStride, bool accumulate)
        where TWeights : struct, IFloatWeights;

    protected abstract void Int8Row(in Panel panel, short* x, float* xScales, float* y);

    /// <param name="scaleStride">Floats from the scales of one block to those of the next.</param>
    protected abstract void Int8Tiles(
        in Panel panel, int scaleStride, short* x, float* xScales, int xStride, int rows, float* y, int yStride, bool accumulate);
}
