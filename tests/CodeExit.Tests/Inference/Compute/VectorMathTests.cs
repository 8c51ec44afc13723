using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute;

/// <summary>Element-wise arithmetic against double precision.</summary>
public sealed unsafe class VectorMathTests
{
    private readonly Random _random = new(5);

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(131)]
    public void RmsNorm_PaddedRow_EqualsDoublePrecision(int length)
    {
        var (x, weight) = (Row(length), Row(length));
        var scale = 1 / Math.Sqrt(x.Take(length).Sum(v => (double)v * v) / length + 1e-5);
        var y = Apply(x, (input, output) => { fixed (float* w = weight) VectorMath.RmsNorm(input, w, 1e-5f, output, length, x.Length); });

        AssertEach(length, y, i => x[i] * scale * weight[i]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(131)]
    public void LayerNorm_PaddedRow_EqualsDoublePrecision(int length)
    {
        var (x, weight, bias) = (Row(length), Row(length), Row(length));
        for (var i = 0; i < length; i++) x[i] += 3;
        var mean = x.Take(length).Average(v => (double)v);
        var deviation = Math.Sqrt(x.Take(length).Average(v => (v - mean) * (v - mean)) + 1e-5);
        var y = Apply(x, (input, output) =>
        {
            fixed (float* w = weight, b = bias) VectorMath.LayerNorm(input, w, b, 1e-5f, output, length, x.Length);
        });

        AssertEach(length, y, i => (x[i] - mean) / deviation * weight[i] + bias[i]);
    }

    [Fact]
    public void SoftMax_Range_SumsToOneAndZeroesTheRest()
    {
        const int First = 3, End = 77;
        var x = Row(96);
        var sum = x[First..End].Sum(v => Math.Exp(v));
        var y = Apply(x, (input, output) =>
        {
            new ReadOnlySpan<float>(input, 96).CopyTo(new Span<float>(output, 96));
            VectorMath.SoftMax(output, First, End, 96);
        });

        AssertEach(96, y, i => i is >= First and < End ? Math.Exp(x[i]) / sum : 0);
    }

    [Theory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.GeluTanh)]
    [InlineData(Activation.Relu)]
    public void Activate_WideRange_EqualsDoublePrecision(Activation activation)
    {
        var x = new float[4096];
        for (var i = 0; i < x.Length; i++) x[i] = (i - 2048) / 40f;
        var y = Apply(x, (input, output) =>
        {
            new ReadOnlySpan<float>(input, x.Length).CopyTo(new Span<float>(output, x.Length));
            VectorMath.Activate(activation, output, x.Length);
        });

        AssertEach(x.Length, y, i => Exact(activation, x[i]));
    }

    [Fact]
    public void Quantize_RandomRow_RoundsWithinHalfAStep()
    {
        var x = Row(128);
        x.AsSpan(64).Clear();
        var quantized = new short[128];
        var scales = new float[2];
        fixed (float* values = x, s = scales)
        fixed (short* q = quantized)
        {
            VectorMath.Quantize(values, q, s, 128);
        }

        Assert.Equal(x.Take(64).Max(MathF.Abs) / 32767, scales[0], 1e-9f);
        for (var i = 0; i < 64; i++) Assert.InRange(quantized[i] * (double)scales[0] - x[i], -0.51 * scales[0], 0.51 * scales[0]);
        Assert.Equal(new short[64], quantized[64..]);
    }

    /// <summary>Φ by Simpson's rule on the density: nothing shared with the fit under test.</summary>
    private static double Exact(Activation activation, double x) => activation switch
    {
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        Activation.Relu => Math.Max(0, x),
        _ => x * (0.5 + Simpson(x)),
    };

    private static double Simpson(double x)
    {
        const int Steps = 2000;
        var end = Math.Clamp(x, -9, 9);
        var step = end / Steps;
        var sum = 0d;
        for (var i = 0; i <= Steps; i++)
        {
            var weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * (i * step) * (i * step));
        }
        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static void AssertEach(int count, float[] actual, Func<int, double> expected)
    {
        for (var i = 0; i < count; i++)
        {
            var value = expected(i);
            var tolerance = 2e-6 * Math.Max(1, Math.Abs(value));
            Assert.True(Math.Abs(actual[i] - value) <= tolerance, $"element {i}: expected {value}, was {actual[i]}");
        }
    }

    private float[] Row(int length)
    {
        var row = new float[VectorMath.Pad(length)];
        for (var i = 0; i < length; i++) row[i] = (float)(2 * _random.NextDouble() - 1);
        return row;
    }

    private delegate void Kernel(float* input, float* output);

    private static float[] Apply(float[] input, Kernel kernel)
    {
        var output = new float[input.Length];
        fixed (float* x = input, y = output) kernel(x, y);
        return output;
    }
}
