using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>What is asked of states on the device, against double precision.</summary>
public sealed class StateKernelsTests : IDisposable
{
    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;
    private readonly Random _random = new(5);

    public void Dispose() => _runtime?.Dispose();

    /// <summary>Narrow, wide (and so rounded) and odd layers, one and several of them, with nothing, one and more values behind the state.</summary>
    [GpuTheory]
    [InlineData(40, 0, new[] { 1 })]
    [InlineData(41, 1, new[] { 64, 1 })]
    [InlineData(130, 9, new[] { 17, 5, 2 })]
    [InlineData(257, 3, new[] { 64, 64, 2 })]
    [InlineData(1536, 1, new[] { 300 })]
    public void Evaluate_AnyNetwork_EqualsDoublePrecision(int hidden, int rest, int[] outputs)
    {
        var network = Network(hidden + rest, outputs);
        var probes = new StateKernels(_runtime!, hidden);
        var (rows, values) = States(hidden);
        var answer = new float[network.Outputs];
        foreach (var row in new[] { 1, 0, 1 })
        {
            float[] behind = [.. Enumerable.Range(0, rest).Select(_ => Number())];

            probes.Evaluate(network, rows with { First = row }, behind, answer);

            var expected = Expected(network, values[row], behind);
            for (var i = 0; i < answer.Length; i++) Assert.Equal(expected[i], answer[i], 2e-5);
        }
    }

    /// <summary>Weights cross the bus once, values behind the state when they change, and an answer is all that comes back.</summary>
    [GpuFact]
    public void Evaluate_SameValuesAgain_CopiesTheAnswerOnly()
    {
        var network = Network(43, [64, 2]);
        var probes = new StateKernels(_runtime!, 40);
        var (rows, _) = States(40);
        var answer = new float[2];
        probes.Evaluate(network, rows with { First = 0 }, [1, 2, 3], answer);
        var (bytes, launches) = (_runtime!.BytesCopied, _runtime.Launches);

        probes.Evaluate(network, rows with { First = 1 }, [1, 2, 3], answer);
        Assert.Equal((8, 1), (_runtime.BytesCopied - bytes, _runtime.Launches - launches));

        probes.Evaluate(network, rows with { First = 1 }, [1, 2, 4], answer);
        Assert.Equal(8 + 12 + 8, _runtime.BytesCopied - bytes);
    }

    [GpuTheory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(1537)]
    public void Cosine_ToAKeptRow_EqualsDoublePrecision(int hidden)
    {
        var probes = new StateKernels(_runtime!, hidden);
        var (rows, values) = States(hidden);
        var kept = new GpuRows(_runtime!.Allocate(GpuRows.Pad(hidden) * sizeof(float)), GpuRows.Pad(hidden), 0, 1);
        var bytes = _runtime.BytesCopied;

        probes.Keep(rows with { First = 0 }, kept);
        var different = probes.Cosine(rows with { First = 1 }, kept);
        var same = probes.Cosine(rows with { First = 0 }, kept);

        Assert.Equal(8, _runtime.BytesCopied - bytes);
        Assert.Equal(Dot(values[0], values[1]) / Math.Sqrt(Dot(values[0], values[0]) * Dot(values[1], values[1])), different, 1e-5);
        Assert.Equal(1, same, 1e-6);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private float Number() => (float)(2 * _random.NextDouble() - 1);

    private ProbeNetwork Network(int inputs, int[] outputs)
    {
        var layers = new List<ProbeLayer>();
        foreach (var count in outputs)
        {
            float[] weights = [.. Enumerable.Range(0, inputs * count).Select(_ => Number() / MathF.Sqrt(inputs))];
            layers.Add(new ProbeLayer(weights, [.. Enumerable.Range(0, count).Select(_ => Number())]));
            inputs = count;
        }
        return new ProbeNetwork(layers);
    }

    private (GpuRows Rows, double[][] Values) States(int hidden)
    {
        var stride = GpuRows.Pad(hidden);
        var all = new float[2 * stride];
        for (var i = 0; i < all.Length; i++) all[i] = i % stride < hidden ? 5 * Number() : 0;
        return (new GpuRows(_runtime!.Upload<float>(all), stride, 0, 1), [.. all.Chunk(stride).Select(row => row.Take(hidden).Select(v => (double)v).ToArray())]);
    }

    /// <summary>Layers of 16 outputs or more have weights of BF16: <see cref="ProbeLayer"/> says why.</summary>
    private static double[] Expected(ProbeNetwork network, double[] state, float[] rest)
    {
        var scale = 1 / Math.Sqrt(state.Sum(v => v * v) / state.Length + 1e-6);
        double[] values = [.. state.Select(v => v * scale), .. rest.Select(v => (double)v)];
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            var weights = layer.Weights.ToArray().Select(w => layer.Outputs < 16 ? w : Rounded(w)).Chunk(layer.Inputs).ToArray();
            var bias = layer.Bias.ToArray();
            values = [.. weights.Select((row, output) => row.Select((w, input) => w * values[input]).Sum() + bias[output])];
            if (i < network.Layers.Count - 1) values = [.. values.Select(Math.Tanh)];
        }
        return values;
    }

    /// <summary>To 8 bits of mantissa, ties to even.</summary>
    private static float Rounded(float value)
    {
        if (value == 0) return 0;
        var step = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(value))) - 7);
        return (float)(Math.Round(value / step, MidpointRounding.ToEven) * step);
    }
}
