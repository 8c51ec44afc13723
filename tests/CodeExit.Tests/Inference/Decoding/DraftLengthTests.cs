using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

public class DraftLengthTests
{
    [Fact]
    public void Best_AllRight_IsTheMost()
    {
        var length = Begun();
        Assert.Equal(6, length.Best);
        for (var i = 0; i < 50; i++) length.Add(length.Best, length.Best);
        Assert.Equal(6, length.Best);
    }

    [Fact]
    public void Best_AllWrong_IsOne()
    {
        var length = Begun();
        for (var i = 0; i < 20; i++) length.Add(length.Best, 0);
        Assert.Equal(1, length.Best);
    }

    /// <summary>Two of three right: (2/3)ⁿ is above a third of the cost for n = 2 (0.44), not for 3 (0.30).</summary>
    [Fact]
    public void Best_TwoOfThreeRight_IsAsLongAsTheChanceIsAboveTheCost()
    {
        var length = Begun();
        for (var i = 0; i < 60; i++) length.Add(3, 2);
        Assert.Equal(2, length.Best);
    }

    [Fact]
    public void Best_WrongThenRight_GrowsAgain()
    {
        var length = Begun();
        for (var i = 0; i < 20; i++) length.Add(6, 0);
        for (var i = 0; i < 40; i++) length.Add(length.Best, length.Best);
        Assert.Equal(6, length.Best);
        length.Add(6, 0);
        length.Reset();
        Assert.Equal(6, length.Best);
    }

    private static DraftLength Begun()
    {
        var length = new DraftLength(6, 1 / 3.0);
        length.Reset();
        return length;
    }
}
