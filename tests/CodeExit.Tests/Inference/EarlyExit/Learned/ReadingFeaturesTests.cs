using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Tests.Inference.EarlyExit.Learned;

public sealed class ReadingFeaturesTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(50, 0.1)]
    [InlineData(4096, 5)]
    public void Of_Logits_AreLogProbabilitiesAndEntropyInDoublePrecision(int vocabulary, double scale)
    {
        var random = new Random(vocabulary);
        float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(scale * (2 * random.NextDouble() - 1) + 40))];

        var features = Features(logits);

        var sum = logits.Sum(logit => Math.Exp(logit - 40.0));
        var probabilities = logits.Select(logit => Math.Exp(logit - 40.0) / sum).OrderDescending().ToArray();
        Assert.Equal(Math.Log(probabilities[0]), features[0], 1e-4);
        Assert.Equal(Math.Log(probabilities[1]), features[1], 1e-4);
        Assert.Equal(-probabilities.Sum(p => p * Math.Log(p)), features[2], 1e-3);
    }

    [Fact]
    public void Of_OneTokenThatHasItAll_AreFinite()
    {
        float[] logits = [-500, 700, -500];

        Assert.Equal([0, -30, 0], Features(logits));
    }

    [Fact]
    public void Of_TwoTokensAlike_CountsBoth()
    {
        var features = Features([3, 3, -90]);

        Assert.All(features[..2], each => Assert.Equal(Math.Log(0.5), each, 1e-5));
        Assert.Equal(Math.Log(2), features[2], 1e-5);
    }

    private static float[] Features(float[] logits)
    {
        var features = new float[ReadingFeatures.Count];
        ReadingFeatures.Of(logits, new float[logits.Length], features);
        return features;
    }
}
