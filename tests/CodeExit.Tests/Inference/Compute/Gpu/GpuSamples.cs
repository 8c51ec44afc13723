using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>Random matrices, norms and rows on the device, and the same on the host.</summary>
internal sealed class GpuSamples(GpuRuntime runtime)
{
    // F32 sums of n terms err by about √n · 2⁻²⁴ of the terms' magnitudes: 1e-6 of them for the few hundred here, rounded up.
    private const double Relative = 2e-6;

    // Behind an exponential, an error function or a division: some units in the last place more, of values around 1.
    private const double Absolute = 1e-5;

    private readonly Random _random = new(7);

    public float Number() => (float)(2 * _random.NextDouble() - 1);

    public static (double Value, double Magnitude) Dot(float[] weights, double[] inputs, double bias) =>
        (weights.Select((weight, i) => weight * inputs[i]).Sum() + bias, weights.Select((weight, i) => Math.Abs(weight * inputs[i])).Sum() + Math.Abs(bias));

    /// <summary>A projection whose weights are exact in a precision; it lasts as long as the process, as a mapped checkpoint would.</summary>
    public unsafe (LinearTensors Tensors, float[][] Weights, float[] Biases) Projection(WeightPrecision precision, int outputs, int columns)
    {
        var weights = GC.AllocateArray<float>(outputs * columns, pinned: true);
        for (var i = 0; i < weights.Length; i++) weights[i] = Weight(precision, i % columns);
        var biases = GC.AllocateArray<float>(outputs, pinned: true);
        for (var i = 0; i < outputs; i++) biases[i] = Number();
        lock (Pinned) Pinned.AddRange([weights, biases]);
        fixed (float* w = weights, b = biases)
        {
            var tensors = new LinearTensors(
                new CheckpointTensor("w", "test", TensorType.F32, outputs, columns, (nint)w), new CheckpointTensor("b", "test", TensorType.F32, outputs, 1, (nint)b));
            return (tensors, [.. weights.Chunk(columns)], biases);
        }
    }

    public (GpuLinear Linear, float[][] Weights, float[] Biases) Linear(WeightPrecision precision, int outputs, int columns)
    {
        var (tensors, weights, biases) = Projection(precision, outputs, columns);
        return (new GpuLinear(runtime, precision, byTurns: false, tensors), weights, biases);
    }

    public unsafe (GpuNorm Norm, Func<double[], double[]> Apply) Norm(NormKind kind, int columns)
    {
        var isCentred = kind == NormKind.Layer;
        float[] weights = [.. Enumerable.Range(0, columns).Select(_ => Number())];
        float[] biases = [.. Enumerable.Range(0, columns).Select(_ => isCentred ? Number() : 0)];
        var config = Checkpoint.ReadConfig(Checkpoints.Fixtures.Folder("llama-base")) with { Norm = kind, HiddenSize = columns, NormEpsilon = 1e-3f };
        fixed (float* w = weights, b = biases)
        {
            var norm = new GpuNorm(runtime, new NormTensors(Vector(w), isCentred ? Vector(b) : null), config);
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
    public (GpuRows Rows, double[][] Values) Rows(int count, int columns, int before)
    {
        var stride = GpuRows.Pad(columns);
        var all = new float[(before + count) * stride];
        for (var i = 0; i < all.Length; i++) all[i] = i % stride < columns ? 2 * Number() : 0;
        var values = all.Chunk(stride).Skip(before).Select(row => row.Take(columns).Select(v => (double)v).ToArray()).ToArray();
        return (new GpuRows(runtime.Upload<float>(all), stride, before, count), values);
    }

    public float[][] Read(GpuRows rows, int columns)
    {
        var all = new float[rows.Count * rows.Stride];
        runtime.Read<float>(rows.Buffer, (long)rows.First * rows.Stride, all);
        var read = all.Chunk(rows.Stride).ToArray();
        Assert.All(read, row => Assert.All(row[columns..], padding => Assert.Equal(0, padding)));
        return [.. read.Select(row => row[..columns])];
    }

    public void AssertRows(GpuRows rows, int columns, Func<int, int, (double Value, double Magnitude)> expected)
    {
        var actual = Read(rows, columns);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < columns; i++) AssertNear(expected(row, i), actual[row][i]);
        }
    }

    public static void AssertNear((double Value, double Magnitude) expected, float actual)
    {
        var tolerance = Relative * expected.Magnitude + Absolute;
        Assert.InRange(actual, expected.Value - tolerance, expected.Value + tolerance);
    }

    private static readonly List<float[]> Pinned = [];

    /// <summary>Within ±1. In int8 multiples of 1/128, the largest of each group of 64 columns 127 of them: then a scale is 1/128.</summary>
    private float Weight(WeightPrecision precision, int column) => precision switch
    {
        WeightPrecision.Int8 => (column % 64 == 0 ? 127 * (_random.Next(2) * 2 - 1) : _random.Next(-127, 128)) / 128f,
        _ => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(Number()) & 0xFFFF0000),
    };
}
