namespace CodeExit.Completion.Governor;

/// <summary>
/// Holds the mean cost of suggestions just under a budget. The forecast chooses the price; the account of what was saved or overspent so far
/// corrects whatever the forecast gets wrong. The mean over n suggestions is the aim less account ÷ n, and the account is bounded.
/// </summary>
internal sealed class BudgetRule(double budget, PriceLadder ladder, ILayerEnergy energy)
{
    /// <summary>The middle of what is promised, from 0.9 to 1 of the budget.</summary>
    private const double Aim = 0.95;

    /// <summary>Below this share of the budget it is not the budget that limits.</summary>
    private const double LeastShare = 0.9;

    /// <summary>Suggestions over which the account is to be levelled.</summary>
    private const double Horizon = 16;

    /// <summary>Most of the account, in budgets: chance takes it to ten or so, and a day of short suggestions must not pay for a day of long ones.</summary>
    private const double MostSaved = 32;

    /// <summary>The account makes the allowance no smaller and no larger than these shares of the budget.</summary>
    private const double LeastAllowance = 0.5, MostAllowance = 1.5;

    private readonly CostForecast _forecast = new(ladder, energy);
    private double _account;
    private double? _logPrice;

    /// <summary>Joules that the suggestion at hand should cost on average.</summary>
    private double Allowance => Math.Clamp(Aim * budget + _account / Horizon, LeastAllowance * budget, MostAllowance * budget);

    public void Observe(SuggestionCost cost, double logPrice)
    {
        _forecast.Observe(cost, logPrice);
        _account = Math.Clamp(_account + Aim * budget - cost.Joules, -MostSaved * budget, MostSaved * budget);
        _logPrice = null;
    }

    /// <param name="layersSpent">That the suggestion at hand has run, in layers of one token.</param>
    public RuleDemand Demand(double layersSpent)
    {
        if (!_forecast.IsKnown)
        {
            _logPrice = null;
            return new RuleDemand(ladder.Balanced.LogPrice, GovernorRule.NoLayerEnergy, RuleStanding.Holds, Mode: ladder.Balanced.Mode);
        }
        // From where its allowance is spent, a suggestion's price rises in proportion to what it spends.
        var overspent = layersSpent > 0 ? Math.Max(0, Math.Log(_forecast.Spent(layersSpent) / Allowance)) : 0;
        var logPrice = ladder.Clamp((_logPrice ??= _forecast.LogPriceFor(Allowance)) + overspent);
        var (cheapest, dearest) = (_forecast.At(ladder.Saver.LogPrice), _forecast.At(ladder.Quality.LogPrice));
        if (cheapest > budget) return new RuleDemand(logPrice, GovernorRule.Budget, RuleStanding.OutOfReach, cheapest, budget);
        if (dearest < LeastShare * budget) return new RuleDemand(logPrice, GovernorRule.Budget, RuleStanding.Slack, dearest, budget);
        var mean = double.IsNaN(_forecast.MeanJoules) ? _forecast.At(logPrice) : _forecast.MeanJoules;
        return new RuleDemand(logPrice, GovernorRule.Budget, RuleStanding.Holds, mean, budget);
    }
}
