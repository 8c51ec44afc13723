using CodeExit.Evaluation;

namespace CodeExit.Tests.Evaluation;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void Median_OfValues_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, Statistics.Median(values));

    // quantile(c(1, 2, 3, 4), c(0, 0.5, 0.95, 1)) in R.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.95, 3.85)]
    [InlineData(1, 4)]
    public void Quantile_OfFour_IsRs(double share, double expected) => Assert.Equal(expected, Statistics.Quantile([4, 1, 3, 2], share)!.Value, 1e-12);

    [Fact]
    public void Quantile_OfNone_IsNull() => Assert.Null(Statistics.Quantile([], 0.5));
}
