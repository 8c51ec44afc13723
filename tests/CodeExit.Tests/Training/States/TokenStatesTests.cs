using CodeExit.Training.States;

namespace CodeExit.Tests.Training.States;

public sealed class TokenStatesTests
{
    [Fact]
    public void Slice_ConsecutiveTokens_KeepsWhatBelongsToThem()
    {
        var states = new TokenStates([1, 3], [0, 0, 1, 2], [false, true, true, false], [9, 8, 7, 6], [[1, 2, 3, 4, 5, 6, 7, 8], [-1, -2, -3, -4, -5, -6, -7, -8]]);

        var slice = states.Slice(1, 2);

        Assert.Equal((2, 2), (slice.Count, slice.Hidden));
        Assert.Equal([1, 3], slice.Exits);
        Assert.Equal([0, 1], slice.Texts);
        Assert.Equal([true, true], slice.InTruth);
        Assert.Equal([8, 7], slice.Next);
        Assert.Equal([5, 6], slice.State(0, 1).ToArray());
        Assert.Equal([-3, -4], slice.State(1, 0).ToArray());
    }

    [Fact]
    public void First_TokensThatExitsSayOtherwise_IsTheFirstThatAgreesWithTheLast()
    {
        var readings = new ExitReadings([1, 2, 3], [[5, 1, 1, 4], [6, 2, 1, 3], [5, 2, 3, 3]], [], []);

        Assert.Equal([0, 1, 2, 1], Enumerable.Range(0, 4).Select(readings.First));
        Assert.False(readings.Agrees(1, 0)); // the first agrees, the second no longer
        Assert.True(readings.Agrees(2, 0));
    }
}
