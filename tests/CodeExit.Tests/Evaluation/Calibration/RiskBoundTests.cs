using CodeExit.Evaluation.Calibration;

namespace CodeExit.Tests.Evaluation.Calibration;

public sealed class RiskBoundTests
{
    // Both formulas with mpmath 1.2.1 at 40 digits, the binomial summed term by term.
    [Theory]
    [InlineData(0, 100, 0.05, 0.00592052922033, 0.606530659713)]
    [InlineData(2.5, 100, 0.05, 0.449444918118, 0.882496902585)]
    [InlineData(12.25, 600, 0.05, 0.000853373115352, 0.349864853007)]
    [InlineData(60, 600, 0.15, 0.000549074988978, 0.0497870683679)]
    [InlineData(4.2, 600, 0.02, 0.0319924763643, 0.816441513401)]
    [InlineData(40, 600, 0.05, 1, 1)]
    [InlineData(400, 10_000, 0.05, 3.28122349028e-6, 0.135335283237)]
    [InlineData(3, 20, 0.3, 0.29109211475, 0.406569659741)]
    [InlineData(1000, 100_000, 0.02, 2.29517746619e-137, 2.06115362244e-9)]
    public void PValue_AnyLosses_IsThatOfTheFormula(double sum, int count, double tolerance, double hoeffdingBentkus, double hoeffding)
    {
        Assert.Equal(1, RiskBound.HoeffdingBentkus.PValue(sum, count, tolerance) / hoeffdingBentkus, 1e-8);
        Assert.Equal(1, RiskBound.Hoeffding.PValue(sum, count, tolerance) / hoeffding, 1e-8);
    }

    [Fact]
    public void PValue_MoreLoss_IsNeverSmaller()
    {
        foreach (var bound in RiskBound.Known)
        {
            var values = Enumerable.Range(0, 1001).Select(step => bound.PValue(step / 10.0, 100, 0.2)).ToList();
            Assert.Equal(values.Order(), values);
            Assert.All(values, value => Assert.InRange(value, 0, 1));
        }
    }

    /// <summary>ln 0.05 / ln 0.98 = 148.3 and ln 20 / (2 · 0.02²) = 3744.7.</summary>
    [Fact]
    public void LeastCount_ToleranceOfTwoPercent_IsWhereNoLossSuffices()
    {
        Assert.Equal(149, RiskBound.HoeffdingBentkus.LeastCount(0.02, 0.05));
        Assert.Equal(3745, RiskBound.Hoeffding.LeastCount(0.02, 0.05));
    }
}
