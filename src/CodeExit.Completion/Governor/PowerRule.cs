namespace CodeExit.Completion.Governor;

/// <summary>
/// Holds a ceiling of power. Integral control of the price's logarithm: d ln(price)/dt = gain · relative error, with a dead band; the
/// integrator is the price itself and stops at the ends of the ladder, so it never winds up. docs/energy.md says why these constants.
/// </summary>
internal sealed class PowerRule(PriceLadder ladder, double? capWatts)
{
    /// <summary>Per second: stable beside half a second of average and the device's own lag, up to plants three times as steep as any measured.</summary>
    private const double Gain = 2;

    /// <summary>The middle of the dead band, of the ceiling: its upper edge is the ceiling.</summary>
    private const double Aim = 0.98;

    private const double DeadBand = 0.02;

    /// <summary>A device at its own limit lowers its clocks, which costs time and saves nothing: stay below.</summary>
    private const double DeviceShare = 0.95;

    /// <summary>Over the ceiling by more than this share is an emergency: the mode named may change at once.</summary>
    private const double EmergencyMargin = 0.2;

    /// <summary>At one price, headroom says something about prices down to half of it, and little about lower ones.</summary>
    private static readonly double Unseen = Math.Log(2);

    /// <summary>The cheapest price has had its effect by then: averages and lags are shorter.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly PowerEvidence _evidence = new();
    private double _logPrice = ladder.Balanced.LogPrice;
    private double? _limitWatts;
    private TimeSpan? _cheapestSince;

    private bool CapBinds => capWatts is not null && !(_limitWatts * DeviceShare < capWatts);

    private double? Ceiling => CapBinds ? capWatts : _limitWatts * DeviceShare;

    public bool IsEmergency(TimeSpan now) => _evidence.IsFresh(now) && _evidence.Watts > Ceiling * (1 + EmergencyMargin);

    public void BeginToken(TimeSpan now) => _evidence.BeginToken(now);

    /// <param name="applied">The price in force, whichever rule asked for it.</param>
    public void Observe(PowerSample sample, double applied)
    {
        if (!_evidence.IsFresh(sample.At))
        {
            // Back from silence: at the price that held the ceiling before it, but no dearer than what was in force meanwhile.
            _logPrice = Math.Max(_logPrice, ladder.Balanced.LogPrice);
            _cheapestSince = null;
        }
        _limitWatts = sample.LimitWatts is > 0 ? sample.LimitWatts : null;
        var elapsed = _evidence.Add(sample.At, sample.Watts);
        if (Ceiling is { } ceiling) Step(_evidence.Error(sample.At, Aim * ceiling), elapsed, applied);
        // Noise takes it off the very end now and then.
        _cheapestSince = _logPrice < ladder.Saver.LogPrice - Unseen ? null : _cheapestSince ?? sample.At;
    }

    /// <returns>Null where power asks for nothing.</returns>
    public RuleDemand? Demand(TimeSpan now)
    {
        if (!_evidence.IsFresh(now)) return new RuleDemand(ladder.Balanced.LogPrice, GovernorRule.NoPowerReading, RuleStanding.Holds, Mode: ladder.Balanced.Mode);
        if (Ceiling is not { } ceiling || _logPrice <= ladder.Quality.LogPrice) return null;
        var standing = (_evidence.Watts / (Aim * ceiling) - 1) switch
        {
            > DeadBand when now - _cheapestSince >= Patience => RuleStanding.OutOfReach,
            > DeadBand => RuleStanding.Over,
            < -DeadBand => RuleStanding.Under,
            _ => RuleStanding.Holds,
        };
        return new RuleDemand(_logPrice, CapBinds ? GovernorRule.PowerCap : GovernorRule.DeviceLimit, standing, _evidence.Watts, ceiling);
    }

    private void Step(double error, TimeSpan elapsed, double applied)
    {
        if (Math.Abs(error) <= DeadBand) return;
        // The error was seen at the price in force, so it is from there that it justifies a step.
        var from = error > 0 ? Math.Max(_logPrice, applied) : Math.Max(_logPrice, applied - Unseen);
        // However far off, and however long nothing was read: no more than one average's worth of an error of 100 %.
        var seconds = Math.Min(elapsed.TotalSeconds, PowerAverage.TimeConstant.TotalSeconds);
        _logPrice = ladder.Clamp(from + Gain * Math.Min(error, 1) * seconds);
    }
}
