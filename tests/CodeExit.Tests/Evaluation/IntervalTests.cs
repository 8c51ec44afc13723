using CodeExit.Evaluation;

namespace CodeExit.Tests.Evaluation;

public sealed class IntervalTests
{
    // By hand: of 1 to 5 the mean is 3, s = √2.5, s/√5 = √0.5; t from the printed tables: 2.776 (95 %), 4.604 (99 %) at 4 degrees of freedom.
    [Theory]
    [InlineData(0.95, 2.776445)]
    [InlineData(0.99, 4.604095)]
    public void OfTrials_OneToFive_IsTheTextbooks(double confidence, double t)
    {
        var interval = Interval.OfTrials([5, 1, 3, 2, 4], confidence);

        Assert.Equal(3, interval.Mean, 1e-12);
        Assert.Equal(3 - t * Math.Sqrt(0.5), interval.Low, 1e-5);
        Assert.Equal(3 + t * Math.Sqrt(0.5), interval.High, 1e-5);
    }

    [Fact]
    public void OfTrials_Many_HoldsTheTruthAsOftenAsItSays()
    {
        var random = new Random(7);
        var held = Enumerable.Range(0, 4000).Count(_ =>
        {
            // Sums of twelve uniform numbers: normal for this purpose, mean 6.
            var interval = Interval.OfTrials([.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()))], 0.95);
            return interval.Low <= 6 && 6 <= interval.High;
        });

        Assert.InRange(held / 4000.0, 0.94, 0.96); // three standard errors are 0.0103
    }

    [Fact]
    public void OfTrials_One_IsRefused() => Assert.Throws<ArgumentException>(() => Interval.OfTrials([1], 0.95));
}
