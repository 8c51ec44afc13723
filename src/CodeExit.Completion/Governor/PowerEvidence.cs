namespace CodeExit.Completion.Governor;

/// <summary>
/// What readings of power say about the price. They say something only while tokens are decoded: no price changes what a device draws at
/// rest, or in prefill. And work comes in spells as someone types, shorter than the average takes to follow: what a spell is going to draw,
/// the highest average of the spell before tells better than its own first readings.
/// </summary>
internal sealed class PowerEvidence
{
    /// <summary>Readings stop between requests; what was read this long ago says nothing of now.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(2);

    /// <summary>Two periods of a counter without a token: a spell has ended.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);

    /// <summary>A spell this long speaks for itself: the average is within 14 % of the way there.</summary>
    private static readonly TimeSpan LongSpell = 2 * PowerAverage.TimeConstant;

    private readonly PowerAverage _average = new();
    private double _lastReading;
    private TimeSpan? _lastToken;
    private TimeSpan _spellBegan;
    private double _spellPeak = double.PositiveInfinity;
    private double _peakBefore;

    /// <summary>The average.</summary>
    public double Watts => _average.Watts;

    public bool IsFresh(TimeSpan now) => _average.Last is { } last && now - last <= Stale;

    public void BeginToken(TimeSpan now)
    {
        if (!IsWorking(now)) (_spellBegan, _peakBefore, _spellPeak) = (now, _spellPeak, 0);
        _lastToken = now;
    }

    /// <returns>Time since the reading before; zero where there is none to go by.</returns>
    public TimeSpan Add(TimeSpan at, double watts)
    {
        if (!IsFresh(at)) _average.Forget();
        var elapsed = _average.Add(at, watts);
        if (_average.Last != at) return TimeSpan.Zero;
        _lastReading = watts;
        if (_lastToken is not null) _spellPeak = Math.Max(_spellPeak, _average.Watts);
        return elapsed;
    }

    /// <summary>Relative distance from <paramref name="aim"/>, as far as it is borne out: above 0 for too much power, 0 where nothing is known.</summary>
    public double Error(TimeSpan now, double aim)
    {
        if (!IsWorking(now)) return 0;
        var (average, last) = (_average.Watts / aim - 1, _lastReading / aim - 1);
        if (average < 0 && now - _spellBegan < LongSpell) return Math.Min(0, Math.Max(average, _peakBefore / aim - 1));
        // The average is half a second late. Where the last reading contradicts it, power is already on its way.
        if (average * last <= 0) return 0;
        return Math.Abs(average) < Math.Abs(last) ? average : last;
    }

    private bool IsWorking(TimeSpan now) => now - _lastToken <= Pause;
}
