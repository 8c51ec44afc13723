namespace CodeExit.Completion.Governor;

/// <summary>On battery: no dearer than a mode, with little charge saver, with very little no suggestions.</summary>
internal sealed class BatteryRule(PriceLadder ladder, GovernorOptions options)
{
    /// <summary>A charge is reported in whole per cent and wavers by one: what it ended begins again two above.</summary>
    private const double Return = 0.015;

    private readonly ModePrice _dearest = ladder.Step(options.BatteryMode);
    private PowerSupply _supply;
    private bool _low;
    private bool _paused;

    public void Observe(PowerSupply supply)
    {
        _supply = supply;
        _low = IsBelow(options.SaverBelowCharge, _low);
        _paused = IsBelow(options.PauseBelowCharge, _paused);
    }

    /// <returns>Null with mains power.</returns>
    public RuleDemand? Demand()
    {
        if (!_supply.OnBattery) return null;
        if (_paused) return Low(RuleStanding.Paused, options.PauseBelowCharge);
        if (_low) return Low(RuleStanding.Holds, options.SaverBelowCharge);
        return new RuleDemand(_dearest.LogPrice, GovernorRule.Battery, RuleStanding.Holds, _supply.Charge, Mode: _dearest.Mode);
    }

    private RuleDemand Low(RuleStanding standing, double limit) =>
        new(ladder.Saver.LogPrice, GovernorRule.LowBattery, standing, _supply.Charge, limit, ladder.Saver.Mode);

    private bool IsBelow(double limit, bool was) => _supply is { OnBattery: true, Charge: { } charge } && charge < (was ? limit + Return : limit);
}
