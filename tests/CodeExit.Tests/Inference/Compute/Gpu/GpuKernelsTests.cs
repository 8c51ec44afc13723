using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>Each kernel alone against the same in double precision.</summary>
public sealed class GpuKernelsTests : IDisposable
{
    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;
    private readonly GpuSamples _samples;

    public GpuKernelsTests() => _samples = new GpuSamples(Runtime);

    private GpuRuntime Runtime => _runtime!;

    public void Dispose() => _runtime?.Dispose();

    public static TheoryData<WeightPrecision, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<WeightPrecision, int, int, int>();
            // Of one row, of a few and of many; parts of a unit, of a round of units, of a tile, and more than one of each.
            (int, int, int)[] shapes = [(1, 1, 1), (5, 3, 2), (16, 64, 1), (33, 130, 8), (7, 257, 11), (64, 1100, 1), (12, 70, 130), (70, 1100, 65), (129, 16, 33)];
            foreach (var precision in Enum.GetValues<WeightPrecision>())
            {
                foreach (var (outputs, columns, rows) in shapes)
                {
                    data.Add(precision, outputs, columns, rows);
                }
            }
            return data;
        }
    }

    [GpuTheory]
    [MemberData(nameof(Shapes))]
    public void Product_WithAndWithoutNorm_EqualsDoublePrecision(WeightPrecision precision, int outputs, int columns, int rows)
    {
        var (w, weights, biases) = _samples.Linear(precision, outputs, columns);
        var (x, inputs) = _samples.Rows(rows, columns, before: 2);
        var (y, _) = _samples.Rows(rows, outputs, before: 1);
        foreach (var kind in Enum.GetValues<NormKind>())
        {
            var kernels = new GpuKernels(Runtime, precision, kind);
            kernels.Product(w, null, x, y);
            _samples.AssertRows(y, outputs, (row, output) => GpuSamples.Dot(weights[output], inputs[row], biases[output]));

            var (norm, apply) = _samples.Norm(kind, columns);
            kernels.Product(w, norm, x, y);
            _samples.AssertRows(y, outputs, (row, output) => GpuSamples.Dot(weights[output], apply(inputs[row]), biases[output]));

            var (sum, before) = _samples.Rows(rows, outputs, before: 3);
            kernels.AddProduct(w, x, sum);
            _samples.AssertRows(sum, outputs, (row, output) => GpuSamples.Dot(weights[output], inputs[row], biases[output] + before[row][output]));
        }
    }

    [GpuTheory]
    [InlineData(1)]
    [InlineData(5)]
    public void Normalize_EachKind_EqualsDoublePrecision(int rows)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32, NormKind.RootMeanSquare);
        var (x, inputs) = _samples.Rows(rows, 70, before: 1);
        var (y, _) = _samples.Rows(rows, 70, before: 3);
        foreach (var kind in Enum.GetValues<NormKind>())
        {
            var (norm, apply) = _samples.Norm(kind, 70);
            kernels.Normalize(norm, 70, x, y);
            _samples.AssertRows(y, 70, (row, i) => (apply(inputs[row])[i], 1));
            var (own, before) = _samples.Rows(rows, 70, before: 2);
            kernels.Normalize(norm, 70, own, own);
            _samples.AssertRows(own, 70, (row, i) => (apply(before[row])[i], 1));
        }
    }

    [GpuTheory]
    [InlineData(Activation.Silu, true, 1)]
    [InlineData(Activation.Gelu, true, 3)]
    [InlineData(Activation.GeluTanh, false, 1)]
    [InlineData(Activation.Gelu, false, 9)]
    [InlineData(Activation.Relu, false, 2)]
    [InlineData(Activation.Silu, false, 1)]
    [InlineData(Activation.Silu, true, 70)]
    [InlineData(Activation.GeluTanh, false, 70)]
    public void FeedForward_EachActivation_EqualsDoublePrecision(Activation activation, bool isGated, int rows)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32, NormKind.RootMeanSquare);
        const int Width = 21, Columns = 36;
        var (w, weights, biases) = _samples.Linear(WeightPrecision.F32, isGated ? 2 * Width : Width, Columns);
        var (norm, apply) = _samples.Norm(NormKind.RootMeanSquare, Columns);
        var (x, inputs) = _samples.Rows(rows, Columns, before: 0);
        var (y, _) = _samples.Rows(rows, Width, before: 0);

        kernels.FeedForward(w, norm, isGated, activation, x, y);

        _samples.AssertRows(y, Width, (row, i) =>
        {
            double Output(int output) => GpuSamples.Dot(weights[output], apply(inputs[row]), biases[output]).Value;
            return isGated ? (Activate(activation, Output(2 * i)) * Output(2 * i + 1), 10) : (Activate(activation, Output(i)), 1);
        });
    }

    [GpuTheory]
    [InlineData(WeightPrecision.F32, false, 13)]
    [InlineData(WeightPrecision.F32, true, 1037)]
    [InlineData(WeightPrecision.BF16, true, 13)]
    [InlineData(WeightPrecision.BF16, false, 1037)]
    public void Embed_WithAndWithoutPositions_IsExact(WeightPrecision precision, bool hasPositions, int columns)
    {
        var kernels = new GpuKernels(Runtime, precision, NormKind.RootMeanSquare);
        var (table, weights, _) = _samples.Linear(precision, 50, columns);
        float[] positions = [.. Enumerable.Range(0, 20 * columns).Select(_ => _samples.Number())];
        int[] tokens = [49, 0, 7, 7];
        var (y, _) = _samples.Rows(tokens.Length, columns, before: 3);

        kernels.Embed(Runtime.Upload<int>(tokens), table, hasPositions ? Runtime.Upload<float>(positions) : null, 6, y);

        var actual = _samples.Read(y, columns);
        for (var row = 0; row < tokens.Length; row++)
        {
            for (var i = 0; i < columns; i++) Assert.Equal(weights[tokens[row]][i] + (hasPositions ? positions[(6 + row) * columns + i] : 0), actual[row][i]);
        }
    }

    /// <summary>
    /// Projected and rotated, cached and attended, row after row: less than 64 positions, more, beyond a window, and heads of odd widths with
    /// a part that is not rotated.
    /// </summary>
    [GpuTheory]
    [InlineData(4, 2, 10, 5, 3, int.MaxValue)]
    [InlineData(2, 2, 64, 32, 70, int.MaxValue)]
    [InlineData(3, 1, 70, 20, 150, int.MaxValue)]
    [InlineData(4, 1, 12, 0, 150, 9)]
    [InlineData(2, 1, 256, 128, 66, 65)]
    [InlineData(1, 1, 7, 2, 20, int.MaxValue)]
    public void Attend_AfterProject_EqualsDoublePrecision(int queryHeads, int keyHeads, int dim, int half, int positions, int window)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32, NormKind.Layer);
        const int Columns = 20;
        var capacity = (positions / GpuAttention.Piece + 1) * GpuAttention.Piece;
        var parts = new[] { queryHeads, keyHeads, keyHeads }.Select(count => _samples.Projection(WeightPrecision.F32, count * dim, Columns)).ToArray();
        var w = new GpuLinear(Runtime, WeightPrecision.F32, LinearRows.Heads(parts[0].Tensors, parts[1].Tensors, parts[2].Tensors, dim, half));
        var (norm, apply) = _samples.Norm(NormKind.Layer, Columns);
        var (x, inputs) = _samples.Rows(positions, Columns, before: 0);
        var (queries, _) = _samples.Rows(positions, queryHeads * dim, before: 0);
        var (y, _) = _samples.Rows(positions, queryHeads * dim, before: 0);
        var cacheBytes = (long)keyHeads * capacity * dim * sizeof(float);
        var heads = new GpuHeads(queryHeads, keyHeads, dim, Runtime.Allocate(cacheBytes), Runtime.Allocate(cacheBytes), capacity);
        float[] angles = [.. Enumerable.Range(0, capacity * half).Select(i => i * 0.37f)];
        var rotary = half == 0 ? null : new GpuRotary(
            Runtime.Upload<float>([.. angles.Select(MathF.Cos)]), Runtime.Upload<float>([.. angles.Select(MathF.Sin)]), half);
        // The first position alone, all others in a batch.
        foreach (var (first, count) in new[] { (0, 1), (1, positions - 1) })
        {
            kernels.Project(w, norm, x with { First = first, Count = count }, queries with { Count = count }, heads, first, rotary);
        }

        // Two rows of the batch are skipped, as propagated ones are.
        var skipped = positions > 3 ? 2 : 0;
        var attention = new GpuAttention(Runtime, queryHeads, keyHeads, dim, capacity);
        attention.Attend(queries with { First = skipped, Count = positions - 1 - skipped }, heads, 1 + skipped, window, y);

        var projected = Enumerable.Range(0, positions).Select(position =>
        {
            var normed = apply(inputs[position]);
            double[] outputs = [.. parts.SelectMany(part => part.Weights.Zip(part.Biases, (row, bias) => GpuSamples.Dot(row, normed, bias).Value))];
            for (var head = 0; head < queryHeads + keyHeads; head++) Rotate(outputs.AsSpan(head * dim, dim), angles.AsSpan(position * half, half));
            return outputs;
        }).ToArray();
        _samples.AssertRows(y with { Count = positions - 1 - skipped }, queryHeads * dim, (row, i) =>
        {
            var (position, head) = (1 + skipped + row, i / dim);
            var keyHead = head / (queryHeads / keyHeads);
            var seen = Enumerable.Range(0, position + 1).Where(p => p > (long)position - window).ToArray();
            var scores = seen.Select(p => Enumerable.Range(0, dim).Sum(d =>
                projected[position][head * dim + d] * projected[p][(queryHeads + keyHead) * dim + d]) / Math.Sqrt(dim)).ToArray();
            var weightsOf = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
            var value = seen.Select((p, at) => weightsOf[at] * projected[p][(queryHeads + keyHeads + keyHead) * dim + i % dim]).Sum() / weightsOf.Sum();
            return (value, 50); // scores of up to 10 or so: their error is one of the exponent
        });
    }

    private static double Activate(Activation activation, double v) => activation switch
    {
        Activation.Silu => v / (1 + Math.Exp(-v)),
        Activation.Gelu => 0.5 * v * (1 + Erf(v / Math.Sqrt(2))),
        Activation.GeluTanh => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))),
        _ => Math.Max(v, 0),
    };

    /// <summary>Its power series: no approximation of somebody's.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5) return Math.Sign(x);
        var (sum, term) = (x, x);
        for (var n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }

    private static void Rotate(Span<double> head, ReadOnlySpan<float> angles)
    {
        for (var i = 0; i < angles.Length; i++)
        {
            var (a, b, c, s) = (head[i], head[i + angles.Length], Math.Cos(angles[i]), Math.Sin(angles[i]));
            (head[i], head[i + angles.Length]) = (a * c - b * s, b * c + a * s);
        }
    }
}
