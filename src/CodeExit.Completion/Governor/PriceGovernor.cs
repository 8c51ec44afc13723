using CodeExit.Inference.EarlyExit;

namespace CodeExit.Completion.Governor;

/// <summary>
/// Turns power into the price that the exit policy sees. Each rule asks for a price at least, or for nothing; the highest is taken, and the
/// rule that asked for it is the reason. Knows no device and no clock: it is told, in time stamps of one monotonic clock. Safe for many
/// threads; a decision allocates nothing.
/// </summary>
public sealed class PriceGovernor
{
    private readonly Lock _lock = new();
    private readonly PriceLadder _ladder;
    private readonly GovernorOptions _options;
    private readonly PowerRule _power;
    private readonly BudgetRule? _budget;
    private readonly BatteryRule _battery;
    private readonly ModeHysteresis _mode;
    private double _logPrice;

    /// <exception cref="ArgumentException">A bad option: named, with its value and what would be right.</exception>
    public PriceGovernor(PriceLadder ladder, GovernorOptions options, ILayerEnergy energy)
    {
        options.Validate();
        (_ladder, _options) = (ladder, options);
        _power = new PowerRule(ladder, options.PowerCapWatts);
        _budget = options.BudgetJoules is { } budget ? new BudgetRule(budget, ladder, energy) : null;
        _battery = new BatteryRule(ladder, options);
        _mode = new ModeHysteresis(ladder);
        _logPrice = ladder.Balanced.LogPrice;
    }

    /// <summary>While the device works, some tens of times a second; a sample that is not later than the last counts as none.</summary>
    public void Observe(PowerSample sample)
    {
        lock (_lock)
        {
            _power.Observe(sample, _logPrice);
            Update(sample.At, layersSpent: 0);
        }
    }

    public void Observe(PowerSupply supply)
    {
        lock (_lock) _battery.Observe(supply);
    }

    /// <summary>A suggestion has ended, or was cancelled. One whose joules are no number counts as none.</summary>
    public void Observe(SuggestionCost cost)
    {
        if (!cost.IsMeasured) return;
        lock (_lock) _budget?.Observe(cost, PriceProbes.Feature(cost.Price));
    }

    /// <summary>The price of a token that begins now. Only between these calls do readings of power say anything about prices.</summary>
    /// <param name="layersSpent">That the tokens of its suggestion have run before it.</param>
    public float PriceOfToken(TimeSpan now, double layersSpent)
    {
        lock (_lock)
        {
            _power.BeginToken(now);
            return Price(Update(now, layersSpent));
        }
    }

    /// <summary>The price that a suggestion would begin with, and why: for whoever asks.</summary>
    public GovernorDecision Decide(TimeSpan now)
    {
        lock (_lock)
        {
            var binding = Update(now, layersSpent: 0);
            return new GovernorDecision(Price(binding), _mode.Mode, binding);
        }
    }

    private static float Price(RuleDemand binding) => PriceProbes.Price((float)binding.LogPrice);

    private RuleDemand Update(TimeSpan now, double layersSpent)
    {
        var binding = Highest(now, layersSpent);
        _logPrice = binding.LogPrice;
        _mode.Update(now, _logPrice, _power.IsEmergency(now));
        return binding;
    }

    private RuleDemand Highest(TimeSpan now, double layersSpent)
    {
        var budget = _budget?.Demand(layersSpent);
        var power = _power.Demand(now);
        // Joules hold a budget without watts; a cap they do not.
        if (power is { Rule: GovernorRule.NoPowerReading } && budget is not null && _options.PowerCapWatts is null) power = null;

        // Where two ask for the same, the one that leaves least choice is the reason.
        var highest = _battery.Demand() ?? new RuleDemand(_ladder.Quality.LogPrice, GovernorRule.None, RuleStanding.Holds);
        if (power is { } watts && watts.LogPrice > highest.LogPrice) highest = watts;
        if (budget is { } joules && (highest.Rule == GovernorRule.None || joules.LogPrice > highest.LogPrice)) highest = joules;
        return highest;
    }
}
