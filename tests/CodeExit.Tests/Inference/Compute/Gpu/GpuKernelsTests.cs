using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>Each kernel alone against the same in double precision.</summary>
public sealed class GpuKernelsTests : IDisposable
{
    // F32 sums of n terms err by about √n · 2⁻²⁴ of the terms' magnitudes: 1e-6 of them for the few hundred here, rounded up.
    private const double Relative = 2e-6;

    // Behind an exponential, an error function or a division: some units in the last place more, of values around 1.
    private const double Absolute = 1e-5;

    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;
    private readonly Random _random = new(7);

    private GpuRuntime Runtime => _runtime!;

    public void Dispose() => _runtime?.Dispose();

    public static TheoryData<WeightPrecision, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<WeightPrecision, int, int, int>();
            foreach (var precision in new[] { WeightPrecision.F32, WeightPrecision.BF16 })
            {
                foreach (var (outputs, columns, rows) in new[] { (1, 1, 1), (5, 3, 2), (16, 64, 1), (33, 130, 8), (7, 257, 11), (64, 300, 1), (12, 70, 130) })
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
        var kernels = new GpuKernels(Runtime, precision);
        var (w, weights, biases) = Linear(precision, outputs, columns);
        var (x, inputs) = Rows(rows, columns, before: 2);
        var (y, _) = Rows(rows, outputs, before: 1);

        kernels.Product(w, null, x, y);
        AssertRows(y, outputs, (row, output) => Dot(weights[output], inputs[row], biases[output]));

        foreach (var kind in Enum.GetValues<NormKind>())
        {
            var (norm, apply) = Norm(kind, columns);
            kernels.Product(w, norm, x, y);
            AssertRows(y, outputs, (row, output) => Dot(weights[output], apply(inputs[row]), biases[output]));
        }

        var (sum, before) = Rows(rows, outputs, before: 3);
        kernels.AddProduct(w, x, sum);
        AssertRows(sum, outputs, (row, output) => Dot(weights[output], inputs[row], biases[output] + before[row][output]));
    }

    [GpuTheory]
    [InlineData(1)]
    [InlineData(5)]
    public void Normalize_EachKind_EqualsDoublePrecision(int rows)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32);
        var (x, inputs) = Rows(rows, 70, before: 1);
        var (y, _) = Rows(rows, 70, before: 3);
        foreach (var kind in Enum.GetValues<NormKind>())
        {
            var (norm, apply) = Norm(kind, 70);
            kernels.Normalize(norm, 70, x, y);
            AssertRows(y, 70, (row, i) => (apply(inputs[row])[i], 1));
            var (own, before) = Rows(rows, 70, before: 2);
            kernels.Normalize(norm, 70, own, own);
            AssertRows(own, 70, (row, i) => (apply(before[row])[i], 1));
        }
    }

    [GpuTheory]
    [InlineData(Activation.Silu, true, 1)]
    [InlineData(Activation.Gelu, true, 3)]
    [InlineData(Activation.GeluTanh, false, 1)]
    [InlineData(Activation.Gelu, false, 9)]
    [InlineData(Activation.Relu, false, 2)]
    [InlineData(Activation.Silu, false, 1)]
    public void FeedForward_EachActivation_EqualsDoublePrecision(Activation activation, bool isGated, int rows)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32);
        const int Width = 21, Columns = 36;
        var (w, weights, biases) = Linear(WeightPrecision.F32, isGated ? 2 * Width : Width, Columns);
        var (norm, apply) = Norm(NormKind.RootMeanSquare, Columns);
        var (x, inputs) = Rows(rows, Columns, before: 0);
        var (y, _) = Rows(rows, Width, before: 0);

        kernels.FeedForward(w, norm, isGated, activation, x, y);

        AssertRows(y, Width, (row, i) =>
        {
            double Output(int output) => Dot(weights[output], apply(inputs[row]), biases[output]).Value;
            return isGated ? (Activate(activation, Output(2 * i)) * Output(2 * i + 1), 10) : (Activate(activation, Output(i)), 1);
        });
    }

    [GpuTheory]
    [InlineData(WeightPrecision.F32, false)]
    [InlineData(WeightPrecision.BF16, true)]
    public void Embed_WithAndWithoutPositions_IsExact(WeightPrecision precision, bool hasPositions)
    {
        var kernels = new GpuKernels(Runtime, precision);
        var (table, weights, _) = Linear(precision, 50, 13);
        float[] positions = [.. Enumerable.Range(0, 20 * 13).Select(_ => Number())];
        int[] tokens = [49, 0, 7, 7];
        var (y, _) = Rows(tokens.Length, 13, before: 3);

        kernels.Embed(Runtime.Upload<int>(tokens), table, hasPositions ? Runtime.Upload<float>(positions) : null, 6, y);

        var actual = Read(y, 13);
        for (var row = 0; row < tokens.Length; row++)
        {
            for (var i = 0; i < 13; i++) Assert.Equal(weights[tokens[row]][i] + (hasPositions ? positions[(6 + row) * 13 + i] : 0), actual[row][i]);
        }
    }

    /// <summary>
    /// Projected, rotated, cached and attended, row after row: less than 64 positions, more, beyond a window, and heads of odd widths with
    /// a part that is not rotated.
    /// </summary>
    [GpuTheory]
    [InlineData(4, 2, 10, 5, 3, int.MaxValue)]
    [InlineData(2, 2, 64, 32, 70, int.MaxValue)]
    [InlineData(3, 1, 70, 20, 150, int.MaxValue)]
    [InlineData(4, 1, 12, 0, 150, 9)]
    [InlineData(2, 1, 256, 128, 66, 65)]
    public void Attend_AfterProjectAndRotate_EqualsDoublePrecision(int queryHeads, int keyHeads, int dim, int half, int positions, int window)
    {
        var kernels = new GpuKernels(Runtime, WeightPrecision.F32);
        const int Columns = 20;
        var capacity = (positions / GpuAttention.Piece + 1) * GpuAttention.Piece;
        var (w, weights, biases) = Linear(WeightPrecision.F32, (queryHeads + 2 * keyHeads) * dim, Columns);
        var (norm, apply) = Norm(NormKind.Layer, Columns);
        var (x, inputs) = Rows(positions, Columns, before: 0);
        var (queries, _) = Rows(positions, queryHeads * dim, before: 0);
        var (y, _) = Rows(positions, queryHeads * dim, before: 0);
        var cacheBytes = (long)keyHeads * capacity * dim * sizeof(float);
        var heads = new GpuHeads(queryHeads, keyHeads, dim, Runtime.Allocate(cacheBytes), Runtime.Allocate(cacheBytes), capacity);
        float[] angles = [.. Enumerable.Range(0, capacity * Math.Max(1, half)).Select(i => i * 0.37f)];
        var (cosines, sines) = (Runtime.Upload<float>([.. angles.Select(MathF.Cos)]), Runtime.Upload<float>([.. angles.Select(MathF.Sin)]));
        // The first position alone, all others in a batch.
        foreach (var (first, count) in new[] { (0, 1), (1, positions - 1) })
        {
            kernels.Project(w, norm, x with { First = first, Count = count }, queries with { Count = count }, heads, first);
            if (half > 0) kernels.Rotate(queries with { Count = count }, heads, first, cosines, sines, half);
        }

        // Two rows of the batch are skipped, as propagated ones are.
        var skipped = positions > 3 ? 2 : 0;
        var attention = new GpuAttention(Runtime, queryHeads, keyHeads, dim, capacity);
        attention.Attend(queries with { First = skipped, Count = positions - 1 - skipped }, heads, 1 + skipped, window, y);

        var projected = Enumerable.Range(0, positions).Select(position =>
        {
            var normed = apply(inputs[position]);
            var outputs = weights.Select((row, output) => Dot(row, normed, biases[output]).Value).ToArray();
            for (var head = 0; head < queryHeads + keyHeads; head++) Rotate(outputs.AsSpan(head * dim, dim), angles.AsSpan(position * half, half));
            return outputs;
        }).ToArray();
        AssertRows(y with { Count = positions - 1 - skipped }, queryHeads * dim, (row, i) =>
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

    private static (double Value, double Magnitude) Dot(float[] weights, double[] inputs, double bias) =>
        (weights.Select((weight, i) => weight * inputs[i]).Sum() + bias, weights.Select((weight, i) => Math.Abs(weight * inputs[i])).Sum() + Math.Abs(bias));

    private float Number() => (float)(2 * _random.NextDouble() - 1);

    private static float ToBF16(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);

    /// <summary>A matrix whose weights are exact in BF16.</summary>
    private unsafe (GpuLinear Linear, float[][] Weights, float[] Biases) Linear(WeightPrecision precision, int outputs, int columns)
    {
        float[] weights = [.. Enumerable.Range(0, outputs * columns).Select(_ => ToBF16(Number()))];
        float[] biases = [.. Enumerable.Range(0, outputs).Select(_ => Number())];
        fixed (float* w = weights, b = biases)
        {
            var tensors = new LinearTensors(
                new CheckpointTensor("w", "test", TensorType.F32, outputs, columns, (nint)w), new CheckpointTensor("b", "test", TensorType.F32, outputs, 1, (nint)b));
            return (new GpuLinear(Runtime, precision, byTurns: false, tensors), [.. weights.Chunk(columns)], biases);
        }
    }

    private unsafe (GpuNorm Norm, Func<double[], double[]> Apply) Norm(NormKind kind, int columns)
    {
        var isCentred = kind == NormKind.Layer;
        float[] weights = [.. Enumerable.Range(0, columns).Select(_ => Number())];
        float[] biases = [.. Enumerable.Range(0, columns).Select(_ => isCentred ? Number() : 0)];
        var config = Checkpoint.ReadConfig(Checkpoints.Fixtures.Folder("llama-base")) with { Norm = kind, HiddenSize = columns, NormEpsilon = 1e-3f };
        fixed (float* w = weights, b = biases)
        {
            var norm = new GpuNorm(Runtime, new NormTensors(Vector(w), isCentred ? Vector(b) : null), config);
            return (norm, Apply);
        }

        double[] Apply(double[] x)
        {
            var mean = isCentred ? x.Average() : 0;
            var scale = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-3f);
            return [.. x.Select((v, i) => (v - mean) * scale * weights[i] + biases[i])];
        }

        CheckpointTensor Vector(float* data) => new("norm", "test", TensorType.F32, columns, 1, (nint)data);
    }

    /// <summary>Random rows behind so many others, padded with zeros.</summary>
    private (GpuRows Rows, double[][] Values) Rows(int count, int columns, int before)
    {
        var stride = GpuRows.Pad(columns);
        var all = new float[(before + count) * stride];
        for (var i = 0; i < all.Length; i++) all[i] = i % stride < columns ? 2 * Number() : 0;
        var values = all.Chunk(stride).Skip(before).Select(row => row.Take(columns).Select(v => (double)v).ToArray()).ToArray();
        return (new GpuRows(Runtime.Upload<float>(all), stride, before, count), values);
    }

    private float[][] Read(GpuRows rows, int columns)
    {
        var all = new float[rows.Count * rows.Stride];
        Runtime.Read<float>(rows.Buffer, (long)rows.First * rows.Stride, all);
        var read = all.Chunk(rows.Stride).ToArray();
        Assert.All(read, row => Assert.All(row[columns..], padding => Assert.Equal(0, padding)));
        return [.. read.Select(row => row[..columns])];
    }

    private void AssertRows(GpuRows rows, int columns, Func<int, int, (double Value, double Magnitude)> expected)
    {
        var actual = Read(rows, columns);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < columns; i++)
            {
                var (value, magnitude) = expected(row, i);
                Assert.InRange(actual[row][i], value - Relative * magnitude - Absolute, value + Relative * magnitude + Absolute);
            }
        }
    }
}
