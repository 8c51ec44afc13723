using CodeExit.Completion.Governor;
using CodeExit.Tests.Completion.Governor.Simulation;
using Xunit.Abstractions;

namespace CodeExit.Tests.Completion.Governor;

/// <summary>A budget over a simulated trace of suggestions.</summary>
public class BudgetRuleTests(ITestOutputHelper output)
{
    private const double JoulesPerLayer = 0.02;
    private const int Suggestions = 400;

    public static TheoryData<string, double, double, double> Traces
    {
        get
        {
            var data = new TheoryData<string, double, double, double>();
            foreach (var curve in (string[])["embedded", "steep", "even"])
            {
                foreach (var tokens in (double[])[6, 20])
                {
                    foreach (var error in (double[])[0.8, 1, 1.25])
                    {
                        foreach (var share in (double[])[0.15, 0.5, 0.85]) data.Add(curve, tokens, error, share);
                    }
                }
            }
            return data;
        }
    }

    /// <param name="error">Told cost of a layer and of a prefill, over the true one.</param>
    /// <param name="share">Where the budget lies between what is attainable at least and at most.</param>
    [Theory]
    [MemberData(nameof(Traces))]
    public void Decide_AttainableBudget_KeepsTheMeanWithin10PercentUnderIt(string curveName, double tokens, double error, double share)
    {
        var curve = LayerCurve.Named(curveName);
        for (var seed = 1; seed <= 5; seed++)
        {
            // The same seed gives the same lengths and prompts at any price: this is what was attainable with them.
            var least = Trace(curve, tokens, seed).MeanJoulesAt(1, Suggestions);
            var most = Trace(curve, tokens, seed).MeanJoulesAt(0.01f, Suggestions);
            var budget = least + share * (most / 0.9 - least);
            var trace = Trace(curve, tokens, seed);
            var governor = Governor(budget, new KnownEnergy(JoulesPerLayer * error, trace.MeanPrefillJoules * error));

            var mean = trace.Run(governor, Suggestions);

            output.WriteLine($"{curveName} {tokens} tokens, costs ×{error}, budget {budget:0.00} J of {least:0.00} to {most:0.00}: mean {mean / budget:0.000} of it");
            Assert.InRange(mean, 0.9 * budget, budget);
        }
    }

    [Fact]
    public void Decide_LengthsThatChange_KeepsTheMeanWithin10PercentUnderTheBudget()
    {
        var (shorter, longer) = (Trace(LayerCurve.Embedded, 12, 1), Trace(LayerCurve.Embedded, 16, 2));
        var budget = longer.MeanJoulesAt(0.1f, 5000);
        var governor = Governor(budget, new KnownEnergy(JoulesPerLayer, shorter.MeanPrefillJoules));

        var mean = (shorter.Run(governor, Suggestions) + longer.Run(governor, Suggestions)) / 2;

        Assert.InRange(mean, 0.9 * budget, budget);
    }

    [Theory]
    [InlineData(0.5, RuleStanding.OutOfReach, 1f, "cannot be met: the cheapest suggestion costs about")]
    [InlineData(3, RuleStanding.Slack, 0.01f, "limits nothing: the dearest suggestion costs about")]
    public void Decide_BudgetThatCannotBeAttained_SaysSo(double factor, RuleStanding standing, float price, string says)
    {
        var trace = Trace(LayerCurve.Embedded, 20, 3);
        var governor = Governor(factor * trace.MeanJoulesAt(0.04f, 1000), new KnownEnergy(JoulesPerLayer, trace.MeanPrefillJoules));

        trace.Run(governor, 100);

        var decision = governor.Decide(TimeSpan.FromHours(1));
        Assert.Equal((GovernorRule.Budget, standing, price), (decision.Binding.Rule, decision.Binding.Standing, MathF.Round(decision.Price, 4)));
        Assert.Contains(says, decision.Reason);
    }

    [Fact]
    public void Decide_SuggestionThatHasSpentItsAllowance_PaysMoreInProportion()
    {
        var trace = Trace(LayerCurve.Embedded, 20, 4);
        var budget = trace.MeanJoulesAt(0.04f, 1000);
        var governor = Governor(budget, new KnownEnergy(JoulesPerLayer, trace.MeanPrefillJoules));
        trace.Run(governor, 100);
        var now = TimeSpan.FromHours(1);

        var prices = Enumerable.Range(0, 10).Select(i => governor.PriceOfToken(now, 0.25 * i * budget / JoulesPerLayer)).ToList();

        Assert.Equal(prices[0], prices[2]);
        Assert.True(prices[9] > 1.5 * prices[0], $"{prices[0]} to {prices[9]}");
        Assert.Equal(prices.Order(), prices);
    }

    [Fact]
    public void Decide_CostOfALayerUnknown_FallsBackToBalancedAndSaysSo()
    {
        var decision = Governor(2, KnownEnergy.None).Decide(TimeSpan.FromSeconds(1));

        Assert.Equal((0.03f, "balanced"), (MathF.Round(decision.Price, 5), decision.Mode));
        Assert.Contains(decision.Binding.Rule, (GovernorRule[])[GovernorRule.NoPowerReading, GovernorRule.NoLayerEnergy]);
    }

    [Fact]
    public void Decide_CostOfALayerLearnedOnTheWay_KeepsTheMeanWithin10PercentUnderTheBudget()
    {
        var trace = Trace(LayerCurve.Embedded, 20, 6);
        var budget = trace.MeanJoulesAt(0.04f, 5000);
        var energy = new LearnedEnergy { JoulesPerSuggestion = trace.MeanPrefillJoules };
        var governor = Governor(budget, energy);

        var unknown = trace.Run(governor, 50);
        energy.JoulesPerLayerToken = JoulesPerLayer;
        var known = trace.Run(governor, Suggestions - 50);

        Assert.InRange((50 * unknown + (Suggestions - 50) * known) / Suggestions, 0.9 * budget, budget);
    }

    [Theory]
    [InlineData(double.NaN, 100, 0.03f)]
    [InlineData(-1, 100, 0.03f)]
    [InlineData(2, double.PositiveInfinity, 0.03f)]
    [InlineData(2, 100, float.NaN)]
    public void Observe_WhatIsNoCost_CountsAsNone(double joules, double layers, float price)
    {
        var trace = Trace(LayerCurve.Embedded, 20, 7);
        var governor = Governor(trace.MeanJoulesAt(0.04f, 1000), new KnownEnergy(JoulesPerLayer, trace.MeanPrefillJoules));
        trace.Run(governor, 100);
        var before = governor.Decide(TimeSpan.FromHours(1));

        governor.Observe(new SuggestionCost(joules, layers, 10, price));

        Assert.Equal(before, governor.Decide(TimeSpan.FromHours(1)));
    }

    /// <summary>One that ended at once, where a prompt in the cache costs nothing that was learned: its joules are no multiple of what was computed.</summary>
    [Fact]
    public void Observe_SuggestionWithoutWork_KeepsTheForecast()
    {
        var trace = Trace(LayerCurve.Embedded, 20, 8);
        var budget = trace.MeanJoulesAt(0.04f, 1000) - trace.MeanPrefillJoules;
        var governor = Governor(budget, new KnownEnergy(JoulesPerLayer, JoulesPerSuggestion: 0));
        for (var i = 0; i < 20; i++) governor.Observe(new SuggestionCost(budget, budget / JoulesPerLayer, 20, 0.04f));

        governor.Observe(new SuggestionCost(0.95 * budget, Layers: 0, Tokens: 0, 0.04f));

        var decision = governor.Decide(TimeSpan.FromHours(1));
        Assert.Equal(RuleStanding.Holds, decision.Binding.Standing);
        Assert.InRange(decision.Price, 0.011f, 0.99f);
    }

    [Fact]
    public void Decide_BudgetThatBinds_SaysWhatSuggestionsCost()
    {
        var trace = Trace(LayerCurve.Embedded, 20, 5);
        var budget = trace.MeanJoulesAt(0.05f, 1000);
        var governor = Governor(budget, new KnownEnergy(JoulesPerLayer, trace.MeanPrefillJoules));
        trace.Run(governor, 200);

        Assert.Matches(@"^the budget of [\d.]+ J binds: suggestions cost [\d.]+ J on average$", governor.Decide(TimeSpan.FromHours(1)).Reason);
    }

    private static SuggestionTrace Trace(LayerCurve curve, double tokens, int seed) => new(curve, JoulesPerLayer, tokens, seed);

    private static PriceGovernor Governor(double budget, ILayerEnergy energy) =>
        new(LayerCurve.Ladder, new GovernorOptions { BudgetJoules = budget }, energy);

    private sealed class LearnedEnergy : ILayerEnergy
    {
        public double JoulesPerLayerToken { get; set; }

        public double JoulesPerSuggestion { get; init; }
    }
}
