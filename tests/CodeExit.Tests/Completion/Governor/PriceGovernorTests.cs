using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;

namespace CodeExit.Tests.Completion.Governor;

/// <summary>Rules beside each other.</summary>
public class PriceGovernorTests
{
    private const double JoulesPerLayer = 0.02;

    [Fact]
    public void Decide_NothingAskedAndPowerRead_IsQuality()
    {
        var governor = Governor(new GovernorOptions());
        governor.Observe(new PowerSample(TimeSpan.FromSeconds(1), 40));

        var decision = governor.Decide(TimeSpan.FromSeconds(1));

        Assert.Equal((0.01f, GovernorRule.None, "nothing limits the price"), (MathF.Round(decision.Price, 5), decision.Binding.Rule, decision.Reason));
    }

    [Fact]
    public void Decide_CapAndBudget_TakesTheHigherPriceAndNamesItsRule()
    {
        var governor = Governor(new GovernorOptions { PowerCapWatts = 50, BudgetJoules = 1000 });
        Feed(governor, from: 0, seconds: 5, watts: 80);
        Assert.Equal(GovernorRule.PowerCap, governor.Decide(TimeSpan.FromSeconds(5)).Binding.Rule);

        Feed(governor, from: 5, seconds: 20, watts: 20);
        Assert.Equal((GovernorRule.Budget, RuleStanding.Slack), Binding(governor.Decide(TimeSpan.FromSeconds(25))));

        governor = Governor(new GovernorOptions { PowerCapWatts = 50, BudgetJoules = 0.1 });
        Feed(governor, from: 0, seconds: 5, watts: 49);
        Assert.Equal((GovernorRule.Budget, RuleStanding.OutOfReach), Binding(governor.Decide(TimeSpan.FromSeconds(5))));
    }

    [Fact]
    public void Decide_BudgetWithoutReadingsOfPower_IsHeldUnlessThereIsACap()
    {
        var budget = Governor(new GovernorOptions { BudgetJoules = 1000 });
        var both = Governor(new GovernorOptions { BudgetJoules = 1000, PowerCapWatts = 50 });

        Assert.Equal(GovernorRule.Budget, budget.Decide(TimeSpan.Zero).Binding.Rule);
        Assert.Equal(GovernorRule.NoPowerReading, both.Decide(TimeSpan.Zero).Binding.Rule);
    }

    /// <summary>Headroom at saver's price says little about quality's: the way back is gone in steps that are looked at.</summary>
    [Fact]
    public void Decide_OtherRuleEnds_ComesDownFromItsPriceAndNotFromWhereItWas()
    {
        var governor = Governor(new GovernorOptions { PowerCapWatts = 50 });
        Feed(governor, from: 0, seconds: 10, watts: 30);
        governor.Observe(new PowerSupply(OnBattery: true, 0.2));
        Feed(governor, from: 10, seconds: 10, watts: 30);
        Assert.Equal(1f, governor.Decide(TimeSpan.FromSeconds(20)).Price, 1e-3f);

        governor.Observe(new PowerSupply(OnBattery: false, 0.2));

        var plugged = governor.Decide(TimeSpan.FromSeconds(20));
        Assert.Equal(0.5f, plugged.Price, 0.01f);
        Assert.Equal((GovernorRule.PowerCap, RuleStanding.Under), Binding(plugged));
        Assert.Equal("30 W is below the power cap, 50 W: the price falls", plugged.Reason);
    }

    [Fact]
    public void Decide_AfterWarmUp_AllocatesNothing()
    {
        var governor = Governor(new GovernorOptions { PowerCapWatts = 50, BudgetJoules = 2 });
        governor.Observe(new PowerSupply(OnBattery: true, 0.5));
        var i = 0;
        Work();

        Assert.Equal(0, LeastOf.AllocatedBytes(Work));

        void Work()
        {
            for (var end = i + 1000; i < end; i++)
            {
                governor.Observe(new PowerSample(TimeSpan.FromMilliseconds(20 * i), 48 + i % 5));
                governor.PriceOfToken(TimeSpan.FromMilliseconds(20 * i), layersSpent: i % 400);
                governor.Decide(TimeSpan.FromMilliseconds(20 * i));
                if (i % 30 == 0) governor.Observe(new SuggestionCost(2, 90, 10, 0.05f));
            }
        }
    }

    [Fact]
    public async Task Decide_ManyThreads_StaysOnTheLadder()
    {
        var governor = Governor(new GovernorOptions { PowerCapWatts = 50, BudgetJoules = 2 });
        var prices = await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var price = 0f;
            for (var i = 0; i < 2000; i++)
            {
                governor.Observe(new PowerSample(TimeSpan.FromMilliseconds(i), 40 + (thread * i % 30)));
                governor.Observe(new SuggestionCost(1 + i % 3, 90, 10, 0.05f));
                price = governor.PriceOfToken(TimeSpan.FromMilliseconds(i), layersSpent: i % 100);
            }
            return price;
        })));

        Assert.All(prices, price => Assert.InRange(price, 0.0099f, 1.0001f));
    }

    private static (GovernorRule, RuleStanding) Binding(GovernorDecision decision) => (decision.Binding.Rule, decision.Binding.Standing);

    /// <summary>A device that decodes at a constant power.</summary>
    private static void Feed(PriceGovernor governor, double from, double seconds, double watts)
    {
        for (var i = 1; i <= seconds * 50; i++)
        {
            var now = TimeSpan.FromSeconds(from + 0.02 * i);
            governor.PriceOfToken(now, layersSpent: 0);
            governor.Observe(new PowerSample(now, watts));
        }
    }

    private static PriceGovernor Governor(GovernorOptions options) => new(LayerCurve.Ladder, options, new KnownEnergy(JoulesPerLayer, 0.8));
}
