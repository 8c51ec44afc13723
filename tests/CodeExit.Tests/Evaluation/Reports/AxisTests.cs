using CodeExit.Evaluation.Reports;

namespace CodeExit.Tests.Evaluation.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.0198, "0.000 0.005 0.010 0.015 0.020")]
    [InlineData(170, "0 50 100 150 200")]
    [InlineData(0.3, "0.00 0.05 0.10 0.15 0.20 0.25 0.30")]
    [InlineData(0, "0.0 0.5 1.0")]
    [InlineData(double.NaN, "0.0 0.5 1.0")]
    public void UpTo_Largest_HasRoundTicksThatReachIt(double largest, string ticks)
    {
        var axis = Axis.UpTo(largest);

        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(axis.Text)));
    }

    [Fact]
    public void UpTo_AnyNumber_IsCoveredByAFewTicks()
    {
        var random = new Random(4);
        for (var i = 0; i < 1000; i++)
        {
            var largest = Math.Pow(10, random.NextDouble() * 12 - 6);
            var axis = Axis.UpTo(largest);
            Assert.True(axis.Top >= largest * (1 - 1e-6) && axis.Top < 2.01 * largest, $"{largest}: {axis}");
            Assert.InRange(axis.Ticks.Count(), 2, 7);
        }
    }
}
