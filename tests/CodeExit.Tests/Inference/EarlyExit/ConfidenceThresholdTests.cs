using CodeExit.Inference.EarlyExit;

namespace CodeExit.Tests.Inference.EarlyExit;

public class ConfidenceThresholdTests
{
    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(32, 0.7308268)] // 0.8 (0.9 + 0.1 e^-2)
    [InlineData(64, 0.7214652)] // 0.8 (0.9 + 0.1 e^-4)
    public void At_Decay4_FallsAsCalmHasIt(int token, double expected)
    {
        Assert.Equal(expected, new ConfidenceThreshold(0.8f, 4).At(token, 64), 1e-6);
        Assert.Equal(0.8f, new ConfidenceThreshold(0.8f, null).At(token, 64));
    }
}
