using CodeExit.Telemetry;
using CodeExit.Telemetry.Costs;

namespace CodeExit.Tests.Telemetry.Costs;

public sealed class LayerCostsTests
{
    private const double PerRequest = 0.8, PerPrefill = 0.0004, PerDecode = 0.012;

    [Theory]
    [InlineData(0, 0.001)]
    [InlineData(1.0, 0.1)] // a joule of noise on windows of some joules
    public void Learn_ManyWindows_FindsTheCostsTheyWereMadeOf(double noise, double tolerance)
    {
        var costs = Learned(noise, windows: 2000, exits: true);

        Assert.Equal(1, costs.JoulesPerPrefillLayerToken / PerPrefill, tolerance * 3);
        Assert.Equal(1, costs.JoulesPerDecodeLayerToken / PerDecode, tolerance * 3);
        Assert.Equal(1, costs.JoulesPerRequest / PerRequest, tolerance * 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // prefill and decode always in the same proportion: no costs of their own, and yet a right sum
    public void Apportion_UnseenRequest_IsBilledByItsWork(bool exits)
    {
        var costs = Learned(noise: 0.3, windows: 1000, exits);
        var work = new RequestWork(1500, 240);

        var bill = costs.Apportion(work, "gpu", idleWatts: 70, TimeSpan.FromSeconds(0.1))!;

        Assert.Equal(True(work), bill.NetJoules!.Value, 0.05 * True(work));
        Assert.Equal(bill.NetJoules.Value + 7, bill.Joules!.Value, 1e-9);
        Assert.Equal((EnergyLabel.Apportioned, "card", "gpu", 70.0), (bill.Label, bill.Source, bill.Scope, bill.IdleWatts));
        Assert.InRange(costs.RelativeError, 0, 0.2);
    }

    [Fact]
    public void Learn_TermThatCostsNothing_IsNeverBelowZero()
    {
        var costs = new LayerCosts(EnergyLabel.MeasuredCounter, "card");
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var work = Work(random, exits: true);
            costs.Learn(work, Measured(0.012 * work.DecodeLayerTokens + 2 * (random.NextDouble() - 0.5)));
            double[] all = [costs.JoulesPerRequest, costs.JoulesPerPrefillLayerToken, costs.JoulesPerDecodeLayerToken];
            Assert.All(all, cost => Assert.InRange(cost, 0, double.MaxValue));
        }
        Assert.Equal(1, costs.JoulesPerDecodeLayerToken / 0.012, 0.1);
    }

    [Fact]
    public void Learn_CostsChange_Follows()
    {
        var costs = Learned(noise: 0.1, windows: 1000, exits: true);
        var random = new Random(9);
        for (var i = 0; i < 4000; i++)
        {
            var work = Work(random, exits: true);
            costs.Learn(work, Measured(2 * True(work)));
        }
        Assert.Equal(2, costs.JoulesPerDecodeLayerToken / PerDecode, 0.05);
    }

    [Fact]
    public void Learn_OtherLabelSourceOrDoubt_IsRefused()
    {
        var costs = new LayerCosts(EnergyLabel.MeasuredCounter, "card");
        var good = Measured(3);

        Assert.False(costs.Learn(default, good with { Label = EnergyLabel.MeasuredIntegrated }));
        Assert.False(costs.Learn(default, good with { Source = "other" }));
        Assert.False(costs.Learn(default, good with { Contamination = "others" }));
        Assert.False(costs.Learn(default, EnergyMeasurement.Unavailable(good.Window)));
        Assert.True(costs.Learn(default, good));
        Assert.Equal(1, costs.Windows);
    }

    [Fact]
    public void Apportion_LittleLearned_IsNull()
    {
        Assert.Null(Learned(0, LayerCosts.FewestWindows - 1, exits: true).Apportion(default, "gpu", 70, TimeSpan.Zero));
        Assert.NotNull(Learned(0, LayerCosts.FewestWindows, exits: true).Apportion(default, "gpu", 70, TimeSpan.Zero));
    }

    private static LayerCosts Learned(double noise, int windows, bool exits)
    {
        var costs = new LayerCosts(EnergyLabel.MeasuredCounter, "card");
        var random = new Random(1);
        for (var i = 0; i < windows; i++)
        {
            var work = Work(random, exits);
            costs.Learn(work, Measured(True(work) + noise * (random.NextDouble() + random.NextDouble() - 1)));
        }
        return costs;
    }

    /// <summary>A request of 12 layers; with exits, tokens leave anywhere between 4 and 12, and prompts are of any length.</summary>
    private static RequestWork Work(Random random, bool exits)
    {
        var tokens = random.Next(1, 60);
        var layers = exits ? Enumerable.Range(0, tokens).Sum(_ => random.Next(4, 13)) : 12 * tokens;
        return new RequestWork(exits ? 12 * random.Next(1, 800) : 6.25 * layers, layers);
    }

    private static double True(RequestWork work) =>
        PerRequest + PerPrefill * work.PrefillLayerTokens + PerDecode * work.DecodeLayerTokens;

    private static EnergyMeasurement Measured(double net) => new(net + 7, net, EnergyLabel.MeasuredCounter, "card", "gpu", TimeSpan.FromSeconds(0.1));
}
