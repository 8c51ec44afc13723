using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>Sampling on the device against double precision.</summary>
public sealed class GpuDistributionsTests : IDisposable
{
    private const float None = float.NegativeInfinity;

    // Of a probability: F32 exponentials err by some 1e-7 of it, and the device counts in units of 1e-12.
    private const double Relative = 2e-6, Absolute = 1e-11;

    // On a running sum of probabilities: the same errors, added up.
    private const double OnSum = 2e-6;

    private readonly GpuRuntime? _runtime = TestGpu.WhyNone is null ? new GpuRuntime(TestGpu.Device) : null;
    private readonly Random _random = new(11);
    private LogitsKernels? _kernels;

    private LogitsKernels Kernels => _kernels ??= new LogitsKernels(_runtime!);

    public void Dispose() => _runtime?.Dispose();

    [GpuTheory]
    [InlineData(5, 1f, 1f)]
    [InlineData(5, 0.5f, 0.8f)]
    [InlineData(1000, 1f, 0.95f)]
    [InlineData(1025, 2f, 0.5f)]
    [InlineData(16_000, 0.8f, 0.95f)]
    [InlineData(16_000, 5f, 0.999f)]
    [InlineData(152_000, 1f, 0.9f)]
    public void Set_RandomLogits_IsTheNucleusOfDoublePrecision(int vocabulary, float temperature, float topP)
    {
        var logits = Random(vocabulary);

        var actual = Distribution(logits, temperature, topP);

        AssertClose(Nucleus(logits, temperature, topP), actual);
    }

    /// <summary>The least set that reaches top-p, and of equals the first.</summary>
    [GpuTheory]
    [InlineData(0.5f, 500)]
    [InlineData(0.0005f, 1)]
    [InlineData(0.9995f, 1000)]
    [InlineData(1f, 1000)]
    public void Set_AllEqual_KeepsAsManyAsNeeded(float topP, int kept)
    {
        var actual = Distribution([.. Enumerable.Repeat(3f, 1000)], 1, topP);

        Assert.Equal(kept, actual.Count(p => p > 0));
        Assert.All(actual.Take(kept), p => Assert.Equal(1.0 / kept, p, 1e-6));
    }

    [GpuTheory]
    [InlineData(1e-6f)]
    [InlineData(float.Epsilon)]
    public void Set_TinyTopP_KeepsTheFirstLargest(float topP) =>
        Assert.Equal([0, 0, 1, 0, 0], Distribution([1, 2, 9, 3, 9], 100, topP));

    [GpuTheory]
    [InlineData(1f)]
    [InlineData(0.9f)]
    public void Set_OneTokenHasItAll_IsThatToken(float topP)
    {
        Assert.Equal([0, 1, 0], Distribution([-500, 700, -500], 1, topP));
        Assert.Equal([0, 1, 0], Distribution([None, 1, None], 1, topP));
        Assert.Equal([0, 1, 0], Distribution([1, 2, 1], 1e-30f, topP));
    }

    /// <summary>Nothing hangs, and no token is outside the vocabulary, whatever the logits.</summary>
    [GpuTheory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    public void Draw_OddLogits_IsATokenThatHasANumber(float topP)
    {
        foreach (var uniform in new[] { 0, 0.4, Math.BitDecrement(1.0) })
        {
            Assert.InRange(Draw([None, None, None], topP, uniform), 0, 2);
            Assert.Equal(0, Draw([float.NaN, float.NaN, float.NaN], topP, uniform));
            Assert.Equal(1, Draw([float.NaN, 5, float.NaN], topP, uniform));
            Assert.Equal(2, Draw([None, 5, float.PositiveInfinity, 7], topP, uniform));
            Assert.Equal(2499, Draw([.. Enumerable.Repeat(None, 2499), 1, None], topP, uniform));
        }
    }

    /// <summary>The token is the one in whose part of the running sum the number falls.</summary>
    [GpuTheory]
    [InlineData(7, 1f)]
    [InlineData(3000, 1f)]
    [InlineData(3000, 0.9f)]
    [InlineData(152_000, 0.95f)]
    public void Draw_AnyNumber_FallsIntoTheTokensShare(int vocabulary, float topP)
    {
        var logits = Random(vocabulary);
        var expected = Nucleus(logits, 1, topP);
        var (until, sum) = (new double[vocabulary], 0d);
        for (var i = 0; i < vocabulary; i++) until[i] = sum += expected[i];
        var onDevice = GpuLogitsTests.Of(_runtime!, Kernels, logits);
        var distributions = new GpuDistributions(_runtime!, Kernels, 1, vocabulary);
        distributions.Set(0, onDevice, 0, 1, topP);
        foreach (var uniform in Enumerable.Range(0, 200).Select(_ => _random.NextDouble()).Concat([0, Math.BitDecrement(1.0)]))
        {
            var token = distributions.Draw(0, uniform);

            Assert.True(expected[token] > 0, $"token {token} is outside the nucleus");
            Assert.InRange(uniform, until[token] - expected[token] - OnSum, until[token] + OnSum);
        }
    }

    /// <summary>Stands where accept q &lt; p; else a draw from max(0, p − q). Rows of p and q that are not the first.</summary>
    [GpuTheory]
    [InlineData(6, 1f)]
    [InlineData(3000, 1f)]
    [InlineData(3000, 0.9f)]
    public void Verify_AnyNumbers_IsTheVerdictOfDoublePrecision(int vocabulary, float topP)
    {
        float[] logitsOfP = Random(vocabulary), logitsOfQ = [.. logitsOfP.Select(logit => logit / 2)];
        var (p, q) = (Nucleus(logitsOfP, 1, topP), Nucleus(logitsOfQ, 1, topP));
        var logits = GpuLogitsTests.Of(_runtime!, Kernels, logitsOfP, logitsOfQ);
        var (ps, qs) = (new GpuDistributions(_runtime!, Kernels, 1, vocabulary), new GpuDistributions(_runtime!, Kernels, 3, vocabulary));
        qs.Set(2, logits, 1, 1, topP);
        double[] rest = [.. p.Zip(q, (a, b) => Math.Max(0, a - b))];
        var (stood, fell) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            var (accept, redraw) = (_random.NextDouble(), _random.NextDouble());
            var draft = qs.Draw(2, _random.NextDouble());
            ps.Set(0, logits, 0, 1, topP);

            var token = ps.Verify(0, qs, 2, draft, accept, redraw);

            if (Math.Abs(accept * q[draft] - p[draft]) < 1e-6 * p[draft] + Absolute) continue; // either is right
            Assert.Equal(accept * q[draft] < p[draft], token == draft);
            if (token == draft)
            {
                stood++;
                continue;
            }
            fell++;
            var (before, own, all) = (rest.Take(token).Sum(), rest[token], rest.Sum());
            Assert.InRange(redraw, (before - OnSum) / all, (before + own + OnSum) / all);
        }
        Assert.True(stood > 20 && fell > 20, $"{stood} stood, {fell} fell: one way was hardly gone");
    }

    [GpuFact]
    public void Draw_RowThatWasNotSetLast_IsRefused()
    {
        var logits = GpuLogitsTests.Of(_runtime!, Kernels, [1, 2, 3]);
        var distributions = new GpuDistributions(_runtime!, Kernels, 2, 3);
        distributions.Set(0, logits, 0, 1, 1);
        distributions.Set(1, logits, 0, 1, 1);

        Assert.Throws<InvalidOperationException>(() => distributions.Draw(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => distributions.Set(2, logits, 0, 1, 1));
    }

    private float[] Random(int vocabulary) => [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(12 * _random.NextDouble()))];

    private int Draw(float[] logits, float topP, double uniform)
    {
        var distributions = new GpuDistributions(_runtime!, Kernels, 1, logits.Length);
        distributions.Set(0, GpuLogitsTests.Of(_runtime!, Kernels, logits), 0, 1, topP);
        return distributions.Draw(0, uniform);
    }

    private float[] Distribution(float[] logits, float temperature, float topP)
    {
        var distributions = new GpuDistributions(_runtime!, Kernels, 2, logits.Length);
        distributions.Set(1, GpuLogitsTests.Of(_runtime!, Kernels, logits), 0, temperature, topP);
        var row = distributions.Row(1);
        var probabilities = new float[logits.Length];
        _runtime!.Read<float>(row.Buffer, (long)row.First * row.Stride, probabilities);
        return probabilities;
    }

    private static double[] Nucleus(float[] logits, double temperature, double topP)
    {
        var largest = logits.Max();
        var weights = logits.Select(logit => Math.Exp((logit - (double)largest) / temperature)).ToArray();
        var sum = weights.Sum();
        var (kept, mass) = (new double[logits.Length], 0d);
        foreach (var i in Enumerable.Range(0, logits.Length).OrderByDescending(i => weights[i]))
        {
            if (mass >= topP) break;
            mass += kept[i] = weights[i] / sum;
        }
        return [.. kept.Select(p => p / mass)];
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] * (1 - Relative) - Absolute, expected[i] * (1 + Relative) + Absolute);
        }
    }
}
