using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>The promise that reuse of a prefix and greedy speculation stand on: a row has the same bits alone, among a few and among many.</summary>
public sealed class GpuBatchTests : IDisposable
{
    private const int Rows = 75, QueryHeads = 3, KeyHeads = 1, HeadDim = 14, HalfDim = 5, Position = 4, Capacity = 100;

    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;

    public void Dispose() => _runtime?.Dispose();

    /// <summary>Widths within a unit, within a round of units, and of several with a part of one; outputs that fill no tile.</summary>
    [GpuTheory]
    [InlineData(WeightPrecision.F32, NormKind.RootMeanSquare, 130)]
    [InlineData(WeightPrecision.BF16, NormKind.RootMeanSquare, 1100)]
    [InlineData(WeightPrecision.Int8, NormKind.RootMeanSquare, 2090)]
    [InlineData(WeightPrecision.Int8, NormKind.RootMeanSquare, 7)]
    [InlineData(WeightPrecision.F32, NormKind.Layer, 1100)]
    public void EveryProduct_RowsInBatchesOfAnySize_HaveTheSameBits(WeightPrecision precision, NormKind kind, int columns)
    {
        var samples = new GpuSamples(_runtime!);
        var kernels = new GpuKernels(_runtime!, precision, kind);
        var (norm, _) = samples.Norm(kind, columns);
        var (w, _, _) = samples.Linear(precision, 2 * 39, columns);
        var parts = new[] { QueryHeads, KeyHeads, KeyHeads }.Select(count => samples.Projection(precision, count * HeadDim, columns).Tensors).ToArray();
        var projections = new GpuLinear(_runtime!, precision, LinearRows.Heads(parts[0], parts[1], parts[2], HeadDim, HalfDim));
        float[] angles = [.. Enumerable.Range(0, Capacity * HalfDim).Select(_ => samples.Number())];
        var rotary = new GpuRotary(_runtime!.Upload<float>(angles), _runtime.Upload<float>([.. angles.Reverse()]), HalfDim);
        var x = OddRows(columns);

        var alone = All(1);

        foreach (var batch in new[] { 2, 9, 33, Rows }) Assert.Equal(alone, All(batch));

        // Bits of all that the products leave behind, where the rows went through so many at a time.
        uint[] All(int batch)
        {
            var (y, wide, queries) = (Output(w.Outputs), Output(w.Outputs), Output(QueryHeads * HeadDim));
            var (added, gated, plain) = (Output(w.Outputs), Output(w.Outputs / 2), Output(w.Outputs));
            var cacheBytes = KeyHeads * HeadDim * Capacity * sizeof(float);
            var heads = new GpuHeads(QueryHeads, KeyHeads, HeadDim, _runtime.Allocate(cacheBytes), _runtime.Allocate(cacheBytes), Capacity);
            for (var first = 0; first < Rows; first += batch)
            {
                var count = Math.Min(batch, Rows - first);
                var input = x with { First = first, Count = count };
                kernels.Product(w, norm, input, y with { First = first, Count = count });
                kernels.Product(w, null, input, wide with { First = first, Count = count });
                kernels.AddProduct(w, input, added with { First = first, Count = count });
                kernels.Project(projections, norm, input, queries with { Count = count }, heads, Position + first, rotary);
                kernels.FeedForward(w, norm, isGated: true, Activation.Silu, input, gated with { Count = count });
                kernels.FeedForward(w, norm, isGated: false, Activation.GeluTanh, input, plain with { Count = count });
                // These three write from row 0 on.
                Keep(queries, first, count);
                Keep(gated, first, count);
                Keep(plain, first, count);
            }
            return [.. new[] { y.Buffer, wide.Buffer, added.Buffer, heads.Keys, heads.Values }.SelectMany(Bits), .. _kept[queries.Buffer], .. _kept[gated.Buffer], .. _kept[plain.Buffer]];
        }
    }

    private readonly Dictionary<GpuBuffer, List<uint>> _kept = [];

    private void Keep(GpuRows rows, int first, int count)
    {
        if (first == 0) _kept[rows.Buffer] = [];
        _kept[rows.Buffer].AddRange(Bits(rows.Buffer).Take(count * rows.Stride));
    }

    private GpuRows Output(int columns) => new(_runtime!.Allocate(Rows * GpuRows.Pad(columns) * sizeof(float)), GpuRows.Pad(columns), 0, Rows);

    /// <summary>Random numbers, rows of zeros, of numbers whose products are too small for F32, of very large ones, and of none.</summary>
    private GpuRows OddRows(int columns)
    {
        var (stride, random) = (GpuRows.Pad(columns), new Random(3));
        var all = new float[Rows * stride];
        for (var i = 0; i < all.Length; i++)
        {
            var (row, value) = (i / stride, (float)(random.NextDouble() - 0.5));
            if (i % stride >= columns) continue;
            all[i] = (row % 15) switch { 0 => 0, 1 => value * 1e-38f, 2 => value * 1e-44f, 3 => value * 1e37f, 4 when row > 60 && i % 5 == 0 => float.NaN, _ => value };
        }
        return new GpuRows(_runtime!.Upload<float>(all), stride, 0, Rows);
    }

    /// <summary>All that are not a number are the same: their bits say nothing.</summary>
    private IEnumerable<uint> Bits(GpuBuffer buffer)
    {
        var values = new float[buffer.Bytes / sizeof(float)];
        _runtime!.Read<float>(buffer, 0, values);
        return values.Select(value => float.IsNaN(value) ? uint.MaxValue : BitConverter.SingleToUInt32Bits(value));
    }
}
