using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

/// <summary>Single steps; <see cref="PowerClosedLoopTests"/> has what they add up to.</summary>
public class PowerRuleTests
{
    /// <summary>A step goes no further than half a second of an error of 100 % does, whatever was read and however long nothing was.</summary>
    [Theory]
    [InlineData(0.02, 10_000, 1)]
    [InlineData(1.9, 10_000, 1)]
    [InlineData(1.9, 0, -1)]
    public void Observe_AnyReading_MovesThePriceNoFurtherThanItJustifies(double gapSeconds, double watts, int direction)
    {
        var governor = Work(new GovernorOptions { PowerCapWatts = 50 }, seconds: 2, watts: 49);
        var before = governor.Decide(TimeSpan.FromSeconds(2)).Price;
        for (var now = 2.0; now < 2 + gapSeconds; now += 0.1) governor.PriceOfToken(TimeSpan.FromSeconds(now), layersSpent: 0);

        governor.Observe(new PowerSample(TimeSpan.FromSeconds(2 + gapSeconds), watts));

        var step = Math.Log((governor.Decide(TimeSpan.FromSeconds(2 + gapSeconds)).Price + 0.001) / (before + 0.001));
        Assert.InRange(step * direction, 1e-3, 2 * Math.Min(gapSeconds, 0.5) + 1e-4);
    }

    /// <summary>What a device draws at rest or in prefill, no price changes.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(90)]
    public void Observe_NoTokenDecodedMeanwhile_LeavesThePrice(double watts)
    {
        var governor = Work(new GovernorOptions { PowerCapWatts = 50 }, seconds: 2, watts: 49);
        var before = governor.Decide(TimeSpan.FromSeconds(2)).Price;

        for (var i = 0; i < 500; i++) governor.Observe(new PowerSample(TimeSpan.FromSeconds(2.21 + 0.02 * i), watts));

        Assert.Equal(before, governor.Decide(TimeSpan.FromSeconds(12.2)).Price);
    }

    [Fact]
    public void Decide_NoSamples_FallsBackToBalancedAndSaysSo()
    {
        var governor = new PriceGovernor(LayerCurve.Ladder, new GovernorOptions { PowerCapWatts = 50 }, KnownEnergy.None);

        var decision = governor.Decide(TimeSpan.FromSeconds(5));

        Assert.Equal((0.03f, "balanced", GovernorRule.NoPowerReading), (MathF.Round(decision.Price, 5), decision.Mode, decision.Binding.Rule));
        Assert.Equal("no fresh reading of power: balanced", decision.Reason);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-3)]
    [InlineData(double.PositiveInfinity)]
    public void Observe_WhatIsNoReading_CountsAsNone(double watts)
    {
        var governor = new PriceGovernor(LayerCurve.Ladder, new GovernorOptions { PowerCapWatts = 50 }, KnownEnergy.None);

        for (var i = 0; i < 10; i++) governor.Observe(new PowerSample(TimeSpan.FromSeconds(0.1 * i), watts));

        Assert.Equal(GovernorRule.NoPowerReading, governor.Decide(TimeSpan.FromSeconds(1)).Binding.Rule);
    }

    [Fact]
    public void Decide_SamplesThatStop_FallsBackToBalancedAndResumesWhereTheCapWasHeld()
    {
        var governor = Work(new GovernorOptions { PowerCapWatts = 50 }, seconds: 4, watts: 65);
        var held = governor.Decide(TimeSpan.FromSeconds(4)).Price;

        var silent = governor.Decide(TimeSpan.FromSeconds(6.1));
        governor.Observe(new PowerSample(TimeSpan.FromSeconds(60), 65));
        var back = governor.Decide(TimeSpan.FromSeconds(60));

        Assert.True(held > 0.1f);
        Assert.Equal((0.03f, GovernorRule.NoPowerReading), (MathF.Round(silent.Price, 5), silent.Binding.Rule));
        Assert.Equal((held, GovernorRule.PowerCap), (back.Price, back.Binding.Rule));
    }

    /// <summary>Decodes at a constant power, read every 20 ms.</summary>
    private static PriceGovernor Work(GovernorOptions options, double seconds, double watts)
    {
        var governor = new PriceGovernor(LayerCurve.Ladder, options, KnownEnergy.None);
        for (var i = 0; i <= seconds * 50; i++)
        {
            governor.PriceOfToken(TimeSpan.FromSeconds(0.02 * i), layersSpent: 0);
            governor.Observe(new PowerSample(TimeSpan.FromSeconds(0.02 * i), watts));
        }
        return governor;
    }
}
