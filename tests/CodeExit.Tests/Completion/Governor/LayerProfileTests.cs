using CodeExit.Completion.Governor;
using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

public class LayerProfileTests
{
    [Fact]
    public void LayersPerToken_NothingSeen_IsWhatCalibrationSaw()
    {
        var profile = new LayerProfile(LayerCurve.Ladder);

        Assert.All(LayerCurve.Ladder.Steps, step => Assert.Equal(step.LayersPerToken, profile.LayersPerToken(step.LogPrice), 1e-9));
        Assert.Equal(LayerCurve.Ladder.Saver.LayersPerToken, profile.LayersPerToken(10), 1e-9);
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("steep")]
    [InlineData("even")]
    public void LayersPerToken_SeenAtAllPrices_IsWithinAFifthOfALayerOnAverage(string curveName)
    {
        var curve = LayerCurve.Named(curveName);
        var profile = new LayerProfile(LayerCurve.Ladder);
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var price = Math.Pow(0.01, random.NextDouble());
            profile.Observe(PriceProbes.Feature((float)price), 20 * curve.At(price), 20);
        }

        var errors = Enumerable.Range(0, 41).Select(i => Math.Pow(0.01, i / 40.0))
            .Select(price => Math.Abs(profile.LayersPerToken(PriceProbes.Feature((float)price)) - curve.At(price))).ToList();

        Assert.InRange(errors.Average(), 0, curveName == "steep" ? 0.7 : 0.2);
    }

    [Fact]
    public void LayersPerToken_SeenAtOnePrice_CorrectsItsNeighboursMoreThanFarPrices()
    {
        var profile = new LayerProfile(LayerCurve.Ladder);
        double Correction(float price) =>
            profile.LayersPerToken(PriceProbes.Feature(price)) / new LayerProfile(LayerCurve.Ladder).LayersPerToken(PriceProbes.Feature(price));

        profile.Observe(PriceProbes.Feature(0.03f), 0.8 * 400 * LayerCurve.Ladder.Balanced.LayersPerToken, 400);

        Assert.InRange(Correction(0.03f), 0.8, 0.85);
        Assert.InRange(Correction(0.05f), Correction(0.03f), Correction(1));
        Assert.InRange(Correction(1), 0.9, 1);
    }
}
