namespace CodeExit.Inference.Compute.Cpu.Kernels;

/// <summary>512-bit kernels: walks a panel in tiles and leaves each to its inner loop.</summary>
internal sealed unsafe class Avx512Kernels : MatrixKernels
{
    /// <summary>
    /// How far ahead rows that come from memory are asked for. Two pages: the processors' own prefetchers stop at the end of each, and
    /// a page walk is then done before it is needed. Measured against 0.5 to 16 KiB: docs/performance.md.
    /// </summary>
    public const int PrefetchBytes = 8192;

    private const int Lanes = PackedMatrix.BlockRows;
    private const int Group = PackedMatrix.GroupColumns;

    protected override void FloatRow<TWeights>(in Panel panel, float* x, float* y)
    {
        if (panel.Streamed) Avx512FloatTiles.StreamedRow<TWeights>(panel, 0, x, y);
        else Avx512FloatTiles.Row<TWeights>(panel, x, y);
    }

    protected override void FloatTiles<TWeights>(in Panel panel, float* x, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        for (var block = 0; block < panel.Blocks; block += 2)
        {
            var a = panel.Data + block * panel.BlockBytes;
            // An odd last block is paired with itself: computed twice, stored twice, no second kernel.
            var second = Math.Min(block + 1, panel.Blocks - 1);
            var b = panel.Data + second * panel.BlockBytes;
            var row = 0;
            for (; row + 8 <= rows; row += 8)
            {
                Avx512FloatTiles.Tile8<TWeights>(
                    a, b, panel.Columns, x + (long)row * xStride, xStride,
                    y + (long)row * yStride + block * Lanes, y + (long)row * yStride + second * Lanes, yStride, accumulate);
            }
            for (; row + 4 <= rows; row += 4)
            {
                Avx512FloatTiles.Tile4<TWeights>(
                    a, b, panel.Columns, x + (long)row * xStride, xStride,
                    y + (long)row * yStride + block * Lanes, y + (long)row * yStride + second * Lanes, yStride, accumulate);
            }
            for (; row < rows; row++)
            {
                Avx512FloatTiles.Tile1<TWeights>(
                    a, b, panel.Columns, x + (long)row * xStride,
                    y + (long)row * yStride + block * Lanes, y + (long)row * yStride + second * Lanes, accumulate);
            }
        }
    }


    protected override void Int8Row(in Panel panel, short* x, float* xScales, float* y) => Avx512Int8Tiles.Row(panel, x, xScales, y);

    protected override void Int8Tiles(
        in Panel panel, int scaleStride, short* x, float* xScales, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        var groups = panel.Columns / Group;
        var few = rows % 8;
        for (var block = 0; block < panel.Blocks && few > 0; block++)
        {
            var row = rows - few;
            FewRows(
                few, panel.Data + block * panel.BlockBytes, panel.Scales + (long)block * scaleStride, groups, accumulate,
                x + (long)row * xStride, xScales + row * (xStride / Group), xStride, y + (long)row * yStride + block * Lanes, yStride);
        }
        for (var block = 0; block < panel.Blocks && rows >= 8; block += 2)
        {
            var second = Math.Min(block + 1, panel.Blocks - 1);
            var tile = new Avx512Int8Tiles.BlockPair(
                panel.Data + block * panel.BlockBytes, panel.Data + second * panel.BlockBytes,
                panel.Scales + (long)block * scaleStride, panel.Scales + (long)second * scaleStride, groups, accumulate);
            var ya = y + block * Lanes;
            var yb = y + second * Lanes;
            var row = 0;
            for (; row + 8 <= rows; row += 8)
            {
                Avx512Int8Tiles.Tile8(tile, x + (long)row * xStride, xScales + row * (xStride / Group), xStride, ya + (long)row * yStride, yb + (long)row * yStride, yStride);
            }
        }
    }

    private static void FewRows(
        int rows, byte* w, float* scales, int groups, bool accumulate, short* x, float* xScales, int xStride, float* y, int yStride)
    {
        switch (rows)
        {
            case 1: Avx512Int8Tiles.Few<Rows1>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            case 2: Avx512Int8Tiles.Few<Rows2>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            case 3: Avx512Int8Tiles.Few<Rows3>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            case 4: Avx512Int8Tiles.Few<Rows4>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            case 5: Avx512Int8Tiles.Few<Rows5>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            case 6: Avx512Int8Tiles.Few<Rows6>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
            default: Avx512Int8Tiles.Few<Rows7>(w, scales, groups, accumulate, x, xScales, xStride, y, yStride); break;
        }
    }
}
