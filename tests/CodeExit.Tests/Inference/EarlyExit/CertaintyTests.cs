using CodeExit.Inference.EarlyExit;

namespace CodeExit.Tests.Inference.EarlyExit;

public sealed class CertaintyTests
{
    /// <summary>Whole vectors, a few values beside them, and too few for one.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(50, 0.1)]
    [InlineData(64, 3)]
    [InlineData(4097, 5)]
    [InlineData(4096, 40)]
    public void Of_Logits_AreLogProbabilitiesAndEntropyInDoublePrecision(int vocabulary, double scale)
    {
        var random = new Random(vocabulary);
        for (var round = 0; round < 20; round++)
        {
            float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(scale * (2 * random.NextDouble() - 1) + 40))];

            var certainty = Certainty.Of(logits);

            var sum = logits.Sum(logit => Math.Exp(logit - 40.0));
            var probabilities = logits.Select(logit => Math.Exp(logit - 40.0) / sum).OrderDescending().ToArray();
            Assert.Equal(Math.Log(probabilities[0]), certainty.LogFirst, 1e-4);
            Assert.Equal(Math.Max(-30, Math.Log(probabilities[1])), certainty.LogSecond, 1e-4);
            Assert.Equal(-probabilities.Sum(p => p * Math.Log(p)), certainty.Entropy, 1e-3);
            Assert.Equal(probabilities[0], certainty.First, 1e-5);
            Assert.Equal(probabilities[0] - probabilities[1], certainty.Gap, 1e-5);
        }
    }

    [Fact]
    public void Of_OneTokenThatHasItAll_IsFinite() => Assert.Equal(new Certainty(0, -30, 0), Certainty.Of([-500, 700, -500]));

    [Fact]
    public void Of_TwoTokensAlike_CountsBoth()
    {
        foreach (var padding in new[] { 0, 30 })
        {
            var certainty = Certainty.Of([.. Enumerable.Repeat(-90f, padding), 3, 3, -90]);

            Assert.Equal(Math.Log(0.5), certainty.LogFirst, 1e-5);
            Assert.Equal(Math.Log(0.5), certainty.LogSecond, 1e-5);
            Assert.Equal(Math.Log(2), certainty.Entropy, 1e-5);
        }
    }

    [Fact]
    public void CopyTo_Values_AreInTheOrderThatProbesTake()
    {
        var values = new float[Certainty.Values];

        new Certainty(-1, -2, 3).CopyTo(values);

        Assert.Equal([-1, -2, 3], values);
    }
}
