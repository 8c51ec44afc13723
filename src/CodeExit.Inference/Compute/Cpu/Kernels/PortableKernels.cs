namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>The same sums in plain C#: what runs where there is neither AVX-512 nor AVX2, and what the others are tested against.</summary>
internal sealed unsafe class PortableKernels : MatrixKernels
{
    private const int Rows = PackedMatrix.BlockRows;
    private const int Group = PackedMatrix.GroupColumns;

    protected override void FloatRow<TWeights>(in Panel panel, float* x, float* y) =>
        FloatTiles<TWeights>(panel, x, 0, 1, y, 0, accumulate: false);

    protected override void FloatTiles<TWeights>(in Panel panel, float* x, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        for (var block = 0; block < panel.Blocks; block++)
        {
            for (var row = 0; row < rows; row++)
            {
                for (var lane = 0; lane < Rows; lane++)
                {
                    var pair = panel.Data + block * panel.BlockBytes;
                    var xRow = x + (long)row * xStride;
                    var sum = accumulate ? y[(long)row * yStride + block * Rows + lane] : 0;
                    for (var k = 0; k < panel.Columns; k += 2, pair += TWeights.PairBytes)
                    {
                        sum = MathF.FusedMultiplyAdd(TWeights.Scalar(pair, lane, 0), xRow[k], sum);
                        sum = MathF.FusedMultiplyAdd(TWeights.Scalar(pair, lane, 1), xRow[k + 1], sum);
                    }
                    y[(long)row * yStride + block * Rows + lane] = sum;
                }
            }
        }
    }

    protected override void Int8Row(in Panel panel, short* x, float* xScales, float* y) =>
        Int8Tiles(panel, panel.Columns / Group * Rows, x, xScales, panel.Columns, 1, y, 0, accumulate: false);

    protected override void Int8Tiles(
        in Panel panel, int scaleStride, short* x, float* xScales, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        for (var block = 0; block < panel.Blocks; block++)
        {
            var weights = (sbyte*)panel.Data + block * panel.BlockBytes;
            var scales = panel.Scales + (long)block * scaleStride;
            for (var row = 0; row < rows; row++)
            {
                var target = y + (long)row * yStride + block * Rows;
                for (var lane = 0; lane < Rows; lane++)
                {
                    var sum = accumulate ? target[lane] : 0;
                    for (var group = 0; group < panel.Columns / Group; group++)
                    {
                        var dot = 0;
                        for (var k = group * Group; k < (group + 1) * Group; k++)
                        {
                            dot += weights[k / 2 * 2 * Rows + 2 * lane + k % 2] * x[(long)row * xStride + k];
                        }
                        var scale = scales[group * Rows + lane] * xScales[row * (xStride / Group) + group];
                        sum = MathF.FusedMultiplyAdd(dot, scale, sum);
                    }
                    target[lane] = sum;
                }
            }
        }
    }
}
