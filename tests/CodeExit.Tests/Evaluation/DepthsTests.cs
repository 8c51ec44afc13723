using CodeExit.Evaluation.Speed;

namespace CodeExit.Tests.Evaluation;

public sealed class DepthsTests
{
    /// <summary>By hand: the third varies by 6 about its mean of 2, and by 1.5 about its line of 0.5, 2, 3.5.</summary>
    [Theory]
    [InlineData(new double[] { 3, 5, 7 }, 2, 1, 1)]
    [InlineData(new double[] { 2, 0, 2 }, 0, 4 / 3.0, 0)]
    [InlineData(new double[] { 1, 1, 4 }, 1.5, -1, 0.75)]
    public void Line_ThreeDepths_IsTheLeastSquaresOne(double[] values, double perLayer, double outside, double rSquared)
    {
        var line = Depths.Line([1, 2, 3], values)!;

        Assert.Equal(perLayer, line.PerLayer, 12);
        Assert.Equal(outside, line.Outside, 12);
        Assert.Equal(rSquared, line.RSquared, 12);
    }

    /// <summary>Joules of a processor that had nothing to do, for one: all 0, all on the line.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Line_AllTheSame_ExplainsAll(double value)
    {
        var line = Depths.Line([1, 2, 3], [value, value, value])!;

        Assert.Equal(0, line.PerLayer, 12);
        Assert.Equal(value, line.Outside, 12);
        Assert.Equal(1, line.RSquared);
    }

    [Fact]
    public void Line_TwoDepths_IsNone() => Assert.Null(Depths.Line([1, 2], [3, 4]));
}
