using System.Globalization;
using CodeExit.Completion;
using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;
using Xunit.Abstractions;

namespace CodeExit.Tests.Completion.Governor;

/// <summary>The power rule in closed loop with simulated devices, exit curves and loads.</summary>
public class PowerClosedLoopTests(ITestOutputHelper output)
{
    private const double Tokens = 60, Phase = 60, Settling = 30, ShortSettling = 10;

    public static TheoryData<string, string, double> PlantsAndCaps
    {
        get
        {
            var data = new TheoryData<string, string, double>();
            foreach (var plant in (string[])["laptop", "desktop", "processor"])
            {
                foreach (var curve in (string[])["embedded", "steep", "even"])
                {
                    foreach (var share in (double[])[0.15, 0.5, 0.85]) data.Add(plant, curve, share);
                }
            }
            return data;
        }
    }

    /// <param name="share">Where the cap lies between the watts of the cheapest and of the dearest price.</param>
    [Theory]
    [MemberData(nameof(PlantsAndCaps))]
    public void Decide_SteadyLoad_HoldsTheCapWithin5Percent(string plantName, string curveName, double share)
    {
        var (plant, curve) = (GpuPlant.Named(plantName), LayerCurve.Named(curveName));
        var cap = Cap(plant, curve, share);
        for (var seed = 1; seed <= 3; seed++)
        {
            var moments = Loop(plant, curve, cap, seed).Run(120, _ => Tokens);

            var settled = moments.Where(moment => moment.Seconds > Settling).ToList();
            var mean = settled.Average(moment => moment.Watts);
            var worst = TenSeconds(settled).Max(window => Math.Abs(window.Average(moment => moment.Watts) / cap - 1));
            output.WriteLine($"steady: {plantName} {curveName} cap {cap:0.0} W: mean {mean / cap:0.000}, farthest ten seconds {worst:0.000}, price {settled.Min(moment => moment.Decision.Price):0.000} to {settled.Max(moment => moment.Decision.Price):0.000}, {Changes(moments).Count} changes of mode, {Changes(settled).Count} of them settled");
            Assert.InRange(mean, 0.95 * cap, cap);
            Assert.InRange(worst, 0, 0.05);
            Assert.Equal(GovernorRule.PowerCap, settled[^1].Decision.Binding.Rule);
            AssertCalm(moments, cap);
        }
    }

    [Theory]
    [MemberData(nameof(PlantsAndCaps))]
    public void Decide_LoadSteps_HoldsTheCapAgainAfterEach(string plantName, string curveName, double share)
    {
        var (plant, curve) = (GpuPlant.Named(plantName), LayerCurve.Named(curveName));
        var cap = Cap(plant, curve, share);
        double[] loads = [Tokens, 1.3 * Tokens, 0.6 * Tokens, 1.8 * Tokens, Tokens];

        var moments = Loop(plant, curve, cap, seed: 7).Run(loads.Length * Phase, now => loads[(int)(now / Phase)]);

        foreach (var window in TenSeconds([.. moments.Where(moment => moment.Seconds % Phase > Settling)]))
        {
            var attainable = window[^1].Attainable;
            if (attainable.Least > 1.05 * cap)
            {
                Assert.True(window.Count(moment => moment.Decision.Binding.Standing == RuleStanding.OutOfReach) > window.Count / 2);
                Assert.InRange(window.Average(moment => moment.Decision.Price), 0.8, 1);
            }
            else
            {
                var watts = window.Average(moment => moment.Watts);
                Assert.InRange(watts, 0.95 * Math.Min(cap, attainable.Most), 1.05 * Math.Max(cap, attainable.Least));
            }
        }
        AssertCalm(moments, cap);
    }

    /// <summary>Without chance, so that each second tells; the loads keep the cap attainable, or nearly.</summary>
    [Theory]
    [MemberData(nameof(PlantsAndCaps))]
    public void Decide_StartAndLoadSteps_SettlesWithin10Seconds(string plantName, string curveName, double share)
    {
        var (plant, curve) = (GpuPlant.Named(plantName) with { Noise = 0 }, LayerCurve.Named(curveName));
        var cap = Cap(plant, curve, share);
        double[] loads = [Tokens, 1.1 * Tokens, 0.95 * Tokens, Tokens];
        var governor = new PriceGovernor(LayerCurve.Ladder, new GovernorOptions { PowerCapWatts = cap }, KnownEnergy.None);

        var moments = new PowerLoop(governor, plant, curve, seed: 7, unrest: 0).Run(loads.Length * Phase, now => loads[(int)(now / Phase)]);

        var settled = moments.GroupBy(moment => (int)(moment.Seconds / Phase))
            .Select(phase => phase.LastOrDefault(moment => moment.DistanceFrom(cap) > 0.05).Seconds is var last and > 0 ? last % Phase : 0).ToList();
        output.WriteLine($"settling: {plantName} {curveName} cap {cap:0.0} W: {string.Join(", ", settled.Select(seconds => seconds.ToString("0.0", CultureInfo.InvariantCulture)))} s");
        Assert.All(settled, seconds => Assert.InRange(seconds, 0, ShortSettling));
    }

    /// <summary>Processors are read every 100 ms.</summary>
    [Theory]
    [InlineData("embedded", 0.15)]
    [InlineData("embedded", 0.85)]
    [InlineData("steep", 0.5)]
    public void Decide_ReadingsEvery100Milliseconds_HoldsTheCapWithin5Percent(string curveName, double share)
    {
        var (plant, curve) = (GpuPlant.Named("processor"), LayerCurve.Named(curveName));
        var cap = Cap(plant, curve, share);
        var governor = new PriceGovernor(LayerCurve.Ladder, new GovernorOptions { PowerCapWatts = cap }, KnownEnergy.None);

        var moments = new PowerLoop(governor, plant, curve, seed: 7, poll: 0.1).Run(120, _ => Tokens);

        var settled = moments.Where(moment => moment.Seconds > Settling).ToList();
        Assert.All(TenSeconds(settled), window => Assert.InRange(window.Average(moment => moment.Watts), 0.95 * cap, 1.05 * cap));
        AssertCalm(moments, cap);
    }

    /// <summary>Someone types: work in bursts, and readings with it. What counts is the half-second average at its highest.</summary>
    [Theory]
    [InlineData(0.4, 1)]
    [InlineData(0.8, 1.5)]
    [InlineData(0.2, 0.6)]
    [InlineData(2, 6)]
    public void Decide_Bursts_KeepsTheAverageUnderTheCap(double work, double period)
    {
        var (plant, curve) = (GpuPlant.Named("laptop"), LayerCurve.Embedded);
        var open = Loop(plant, curve, cap: 1000).Run(120, Load).HighestAverage(Settling, period);
        var cap = 0.85 * open;

        var moments = Loop(plant, curve, cap).Run(120, Load);

        var highest = moments.HighestAverage(Settling, period);
        output.WriteLine($"bursts: {work} s of {period} s: {open:0.0} W without a cap, cap {cap:0.0} W: {highest / cap:0.000} of it, {Changes(moments).Count} changes of mode");
        Assert.InRange(highest, 0.9 * cap, 1.05 * cap);

        double Load(double now) => now % period < work ? Tokens : 0;
    }

    [Fact]
    public void Decide_CapThatWasOutOfReachForLong_FollowsAtOnceWhenTheLoadFalls()
    {
        var plant = GpuPlant.Named("laptop");
        var cap = plant.Watts(Tokens * LayerCurve.Embedded.At(1)) * 0.8;

        var moments = Loop(plant, LayerCurve.Embedded, cap).Run(330, now => now < 300 ? Tokens : 0.5 * Tokens);

        Assert.Equal(RuleStanding.OutOfReach, moments.Last(moment => moment.Seconds < 300).Decision.Binding.Standing);
        Assert.Contains("cannot be held", moments.Last(moment => moment.Seconds < 300).Decision.Reason);
        Assert.True(moments.First(moment => moment.Seconds > 302).Decision.Price < 0.9f, "five minutes at the end of the ladder must not delay the way back");
    }

    /// <summary>Busy all the time, early exit gives more tokens and no fewer watts (GREEN-CODE: 251 W at all layers, 247 W at 41 % of the joules).</summary>
    [Fact]
    public void Decide_PowerThatLayersDoNotChange_SaysThatTheCapCannotBeHeld()
    {
        var last = Loop(new GpuPlant(80, 0, 0.2, 0.03), LayerCurve.Embedded, cap: 60).Run(20, _ => Tokens)[^1].Decision;

        Assert.Equal((1f, "saver", RuleStanding.OutOfReach), (MathF.Round(last.Price, 3), last.Mode, last.Binding.Standing));
        Assert.Matches(@"^the power cap, 60 W, cannot be held: [\d.]+ W at the cheapest price$", last.Reason);
    }

    [Fact]
    public void Decide_DeviceLimitBelowTheCap_StaysBelowTheLimit()
    {
        var plant = GpuPlant.Named("laptop");
        var limit = Cap(plant, LayerCurve.Embedded, 0.5);

        var settled = Loop(plant, LayerCurve.Embedded, 2 * limit).Run(60, _ => Tokens, limit).Where(moment => moment.Seconds > Settling).ToList();

        Assert.Equal(GovernorRule.DeviceLimit, settled[^1].Decision.Binding.Rule);
        Assert.InRange(settled.Average(moment => moment.Watts), 0.9 * limit, 0.95 * limit);
    }

    [Fact]
    public void Decide_PowerFarBelowTheCap_LetsThePriceFallToQuality()
    {
        var plant = GpuPlant.Named("laptop");

        var last = Loop(plant, LayerCurve.Embedded, 500).Run(20, _ => Tokens)[^1].Decision;

        Assert.Equal((0.01f, "quality", GovernorRule.None), (MathF.Round(last.Price, 4), last.Mode, last.Binding.Rule));
    }

    private static double Cap(GpuPlant plant, LayerCurve curve, double share)
    {
        var (least, most) = (plant.Watts(Tokens * curve.At(1)), plant.Watts(Tokens * curve.At(0.01)));
        return least + share * (most - least);
    }

    private static PowerLoop Loop(GpuPlant plant, LayerCurve curve, double cap, int seed = 7) =>
        new(new PriceGovernor(LayerCurve.Ladder, new GovernorOptions { PowerCapWatts = cap }, KnownEnergy.None), plant, curve, seed);

    private static IEnumerable<List<LoopMoment>> TenSeconds(List<LoopMoment> moments) =>
        moments.GroupBy(moment => (int)(moment.Seconds / 10)).Select(window => window.ToList());

    private static List<(LoopMoment Before, LoopMoment After)> Changes(List<LoopMoment> moments) =>
        [.. moments.Zip(moments.Skip(1)).Where(pair => pair.First.Decision.Mode != pair.Second.Decision.Mode)];

    /// <summary>No mode within ten seconds of the last change, but a cheaper one where power stands a fifth above the cap.</summary>
    private static void AssertCalm(List<LoopMoment> moments, double cap)
    {
        var changes = Changes(moments);
        foreach (var (first, second) in changes.Zip(changes.Skip(1)))
        {
            // A moment is 5 ms.
            if (second.After.Seconds - first.After.Seconds >= 9.98) continue;
            var around = moments.Where(moment => Math.Abs(moment.Seconds - second.After.Seconds) < 1).Max(moment => moment.Watts);
            Assert.True(Step(second.After) > Step(second.Before), "only a cheaper mode is named in an emergency");
            Assert.True(around > 1.15 * cap, $"{first.After.Seconds:0.0} s and {second.After.Seconds:0.0} s at {around / cap:0.000} of the cap");
        }
    }

    private static int Step(LoopMoment moment) => Modes.Calibrated.ToList().IndexOf(moment.Decision.Mode);
}
