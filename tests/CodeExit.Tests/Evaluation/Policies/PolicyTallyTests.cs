using CodeExit.Evaluation.Policies;
using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Evaluation.Policies;

public sealed class PolicyTallyTests
{
    /// <summary>A text of one token may end before a clock has moved, and a task whose time is 0 says nothing of another's.</summary>
    [Fact]
    public void Result_TasksThatTookNoTime_AreLeftOutOfTheMedian()
    {
        var (full, early) = (Tally(0, 0, 40, 20), Tally(0, 0, 10, 15));

        var result = early.Result(full);

        Assert.Equal((10 + 15) / 60.0, result.DecodeTimeRatio!.Value, 9);
        Assert.Equal((0.25 + 0.75) / 2, result.MedianTimePerTokenRatio!.Value, 9);
    }

    [Fact]
    public void Result_FullDepthTookNoTime_HasNoRatios()
    {
        var (full, early) = (Tally(0, 0), Tally(0, 10));

        var result = early.Result(full);

        Assert.Equal((null, null, null), (result.DecodeTimeRatio, result.TimePerTokenRatio, result.MedianTimePerTokenRatio));
    }

    /// <param name="decodes">Milliseconds of each task, of two tokens.</param>
    private static PolicyTally Tally(params ReadOnlySpan<int> decodes)
    {
        var tally = new PolicyTally("full", 8, timesLooks: true);
        foreach (var milliseconds in decodes)
        {
            var run = new GenerationResult([1, 2], GenerationEnd.Budget, 1, 0, [8, 8], default, default, TimeSpan.FromMilliseconds(milliseconds));
            tally.Add("a", "a", "a", [8, 8], run);
        }
        return tally;
    }
}
