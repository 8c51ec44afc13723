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
            () => new Sampler(4).Reset(new GenerationOptions { Temperature = temperature, TopP = topP }));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static int[] Draw(GenerationOptions options, int count)
    {
        var sampler = new Sampler(Logits.Length);
        sampler.Reset(options);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Sample(Logits))];
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
