using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1.0f, 2.5f, -1f, 2.4f, 0f];

    [Fact]
    public void Sample_TemperatureZero_TakesTheFirstLargest()
    {
        Assert.Equal(1, Draw(new GenerationOptions(), 1)[0]);
        Assert.Equal(1, Sampler.ArgMax([0, 3, 3]));
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(0.5f, 1f)]
    [InlineData(1f, 0.8f)]
    [InlineData(2f, 0.95f)]
    public void Sample_ManyDraws_FollowTheNucleus(float temperature, float topP)
    {
        const int Draws = 40_000;
        var counts = new int[Logits.Length];
        foreach (var token in Draw(new GenerationOptions { Temperature = temperature, TopP = topP, Seed = 42 }, Draws)) counts[token]++;
        var expected = Nucleus(temperature, topP);

        for (var i = 0; i < expected.Length; i++)
        {
            // Five standard deviations of a binomial count: one false alarm in a million, and the seed is fixed.
            var deviation = Math.Sqrt(Draws * expected[i] * (1 - expected[i]));
            Assert.InRange(counts[i], Draws * expected[i] - 5 * deviation, Draws * expected[i] + 5 * deviation);
        }
    }

    /// <summary>
    /// Leviathan et al.: what stands after verification is distributed as p, and a draft stands with probability Σ min(p, q). Hand-made
    /// distributions, sharp and flat, with tokens that only one of them has.
    /// </summary>
    [Theory]
    [InlineData(new[] { 0.5, 0.3, 0.2 }, new[] { 0.1, 0.6, 0.3 })]
    [InlineData(new[] { 0.5, 0.4, 0.1 }, new[] { 0.2, 0.2, 0.6 })]
    [InlineData(new[] { 0.25, 0.25, 0.25, 0.25 }, new[] { 0.97, 0.01, 0.01, 0.01 })]
    [InlineData(new[] { 0.6, 0.4, 0.0, 0.0 }, new[] { 0.0, 0.3, 0.7, 0.0 })]
    [InlineData(new[] { 0.7, 0.2, 0.1 }, new[] { 0.7, 0.2, 0.1 })]
    public void Verify_DraftsFromQ_StandWithTheMinimumAndEndAsP(double[] p, double[] q)
    {
        const int Draws = 40_000;
        var sampler = NewSampler(p.Length);
        sampler.Reset(new GenerationOptions { Temperature = 1, Seed = 3 });
        var drafted = new CpuDistributions(1, q.Length);
        var counts = new int[p.Length];
        var stood = 0;
        for (var i = 0; i < Draws; i++)
        {
            var draft = sampler.Sample(LogitsOf(q), 0, drafted, 0);
            var token = sampler.Verify(LogitsOf(p), 0, drafted, 0, draft);
            counts[token]++;
            if (token == draft) stood++;
        }

        AssertBinomial(p.Zip(q, Math.Min).Sum(), stood, Draws);
        for (var i = 0; i < p.Length; i++) AssertBinomial(p[i], counts[i], Draws);
    }

    /// <summary>Draft 2 stands one time in six; what comes for it is 0 or 1, as 0.3 to 0.2: max(0, p − q).</summary>
    [Fact]
    public void Verify_RejectedDraft_ComesFromTheResidual()
    {
        const int Draws = 30_000;
        var sampler = NewSampler(3);
        sampler.Reset(new GenerationOptions { Temperature = 1, Seed = 5 });
        var q = new CpuDistributions(1, 3);
        ((float[])[0.2f, 0.2f, 0.6f]).CopyTo(q.Row(0));
        var counts = new int[3];
        for (var i = 0; i < Draws; i++) counts[sampler.Verify(LogitsOf([0.5, 0.4, 0.1]), 0, q, 0, 2)]++;

        AssertBinomial(1 / 6.0, counts[2], Draws);
        AssertBinomial(0.6, counts[0], counts[0] + counts[1]);
    }

    [Fact]
    public void Verify_Greedy_KeepsTheLargestAndNothingElse()
    {
        var sampler = NewSampler(Logits.Length);
        sampler.Reset(new GenerationOptions());

        Assert.Equal(1, sampler.Verify(Rows(Logits), 0, null!, 0, 1));
        Assert.Equal(1, sampler.Verify(Rows(Logits), 0, null!, 0, 3));
    }

    [Fact]
    public void Sample_SameSeed_GivesTheSameTokens()
    {
        var options = new GenerationOptions { Temperature = 1, TopP = 0.9f, Seed = 7 };

        Assert.Equal(Draw(options, 100), Draw(options, 100));
        Assert.NotEqual(Draw(options, 100), Draw(options with { Seed = 8 }, 100));
    }

    [Theory]
    [InlineData(-1f, 1f, "temperature")]
    [InlineData(float.NaN, 1f, "temperature")]
    [InlineData(1f, 0f, "top-p")]
    [InlineData(1f, 1.5f, "top-p")]
    public void Reset_BadOption_NamesIt(float temperature, float topP, string named)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => NewSampler(4).Reset(new GenerationOptions { Temperature = temperature, TopP = topP }));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static Sampler NewSampler(int vocabulary) => new(new CpuDistributions(1, vocabulary));

    private static CpuLogits LogitsOf(double[] probabilities) => Rows([.. probabilities.Select(probability => (float)Math.Log(probability))]);

    private static CpuLogits Rows(float[] values)
    {
        var logits = new CpuLogits(1, values.Length);
        logits.Fill(1);
        values.CopyTo(logits.Row(0));
        return logits;
    }

    /// <summary>Five standard deviations of a binomial count: one false alarm in a million, and the seed is fixed.</summary>
    private static void AssertBinomial(double probability, int count, int draws)
    {
        var deviation = Math.Sqrt(draws * probability * (1 - probability)) + 1e-3;
        Assert.InRange(count, draws * probability - 5 * deviation, draws * probability + 5 * deviation);
    }

    private static int[] Draw(GenerationOptions options, int count)
    {
        var sampler = NewSampler(Logits.Length);
        sampler.Reset(options);
        var logits = Rows(Logits);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Sample(logits, 0))];
    }

    private static double[] Nucleus(double temperature, double topP)
    {
        var weights = Logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        var probabilities = weights.Select(weight => weight / weights.Sum()).ToArray();
        var (kept, mass) = (new HashSet<int>(), 0d);
        foreach (var i in Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i]))
        {
            if (mass >= topP) break;
            kept.Add(i);
            mass += probabilities[i];
        }
        return [.. probabilities.Select((p, i) => kept.Contains(i) ? p / mass : 0)];
    }
}
