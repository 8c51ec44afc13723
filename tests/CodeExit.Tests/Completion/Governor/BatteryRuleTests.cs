using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

public class BatteryRuleTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData("quality", 0.01f)]
    [InlineData("balanced", 0.03f)]
    [InlineData("saver", 1f)]
    public void Decide_OnBattery_IsNoDearerThanTheMode(string mode, float price)
    {
        var governor = Governor(new GovernorOptions { BatteryMode = mode, PowerCapWatts = 500 });
        for (var i = 0; i < 500; i++)
        {
            governor.PriceOfToken(TimeSpan.FromSeconds(90 + 0.02 * i), layersSpent: 0);
            governor.Observe(new PowerSample(TimeSpan.FromSeconds(90 + 0.02 * i), 20));
        }
        var plugged = governor.Decide(Now);

        governor.Observe(new PowerSupply(OnBattery: true, 0.8));

        Assert.Equal(0.01f, plugged.Price, 1e-4f);
        Assert.Equal(price, governor.Decide(Now).Price, 1e-4f);
        Assert.Equal($"on battery at 80 %: no dearer than {mode}", governor.Decide(Now).Reason);
    }

    [Fact]
    public void Decide_ChargeThatFalls_SavesThenPauses()
    {
        var governor = Governor(new GovernorOptions());
        var reasons = new List<string>();

        foreach (var charge in (double[])[0.5, 0.3, 0.29, 0.1, 0.09])
        {
            governor.Observe(new PowerSupply(OnBattery: true, charge));
            var decision = governor.Decide(Now);
            reasons.Add(decision.Reason);
            Assert.Equal(charge < 0.3 ? 1f : 0.03f, decision.Price, 1e-4f);
            Assert.Equal(charge < 0.1, decision.IsPaused);
        }

        Assert.Equal(
            ["on battery at 50 %: no dearer than balanced", "on battery at 30 %: no dearer than balanced", "on battery at 29 %, below 30 %: saver",
                "on battery at 10 %, below 30 %: saver", "on battery at 9 %, below 10 %: no suggestions"],
            reasons);
    }

    [Fact]
    public void Decide_ChargeThatWavers_DoesNotEndAPause()
    {
        var governor = Governor(new GovernorOptions());

        var paused = ((double[])[0.09, 0.1, 0.11, 0.12]).Select(charge =>
        {
            governor.Observe(new PowerSupply(OnBattery: true, charge));
            return governor.Decide(Now).IsPaused;
        });

        Assert.Equal([true, true, true, false], paused);
    }

    [Theory]
    [InlineData(false, 0.05)]
    [InlineData(true, null)]
    public void Decide_MainsOrUnknownCharge_DoesNotPause(bool onBattery, double? charge)
    {
        var governor = Governor(new GovernorOptions());
        governor.Observe(new PowerSupply(OnBattery: true, 0.05));

        governor.Observe(new PowerSupply(onBattery, charge));

        Assert.False(governor.Decide(Now).IsPaused);
        Assert.Equal(onBattery ? "on battery: no dearer than balanced" : "no fresh reading of power: balanced", governor.Decide(Now).Reason);
    }

    private static PriceGovernor Governor(GovernorOptions options) => new(LayerCurve.Ladder, options, KnownEnergy.None);
}
