namespace CodeExit.Telemetry.Attribution;

/// <summary>
/// Turns readings of a counter that moves in steps into edges. A step is seen at the next reading: it happened between that and the one
/// before, so it is dated half-way.
/// </summary>
internal sealed class CounterTrace
{
    /// <summary>Counters at least this quick are read as if they never stood still: a request's two ends are late by the same half period.</summary>
    public static readonly TimeSpan Fine = TimeSpan.FromMilliseconds(5);

    private readonly StepPeriod _period = new();
    private EnergyEdge? _beforePause;
    private TimeSpan _firstReadAt;
    private TimeSpan _readAt;
    private bool _firstIsGuess;
    private int _epoch;

    public EdgeTrace Edges { get; } = new();

    /// <param name="stated">The period that the source states.</param>
    /// <returns>The pause before these readings and what it took, by the reading that settles it.</returns>
    public QuietTime? Add(double joules, int epoch, TimeSpan at, TimeSpan stated)
    {
        if (_epoch != epoch) Break();
        _epoch = epoch;
        var isFine = stated <= Fine;
        if (Edges.Count == 0)
        {
            // Its step was not seen: on average it is half a period old.
            Edges.Add(new EnergyEdge(isFine ? at : at - stated / 2, joules));
            (_firstReadAt, _readAt, _firstIsGuess) = (at, at, !isFine);
            return isFine ? Pause(Edges[0]) : null;
        }
        var spacing = at - _readAt;
        _readAt = at;
        if (joules == Edges.Last.Joules) return null;
        var step = isFine ? at : at - Min(spacing, stated) / 2;
        var settles = _firstIsGuess;
        if (settles) Edges[0] = Edges[0] with { At = OneStepBefore(step, _period.Of(stated)) };
        else _period.Add(step - Edges.Last.At, spacing);
        _firstIsGuess = false;
        Edges.Add(new EnergyEdge(step, joules));
        return settles ? Pause(Edges[0]) : null;
    }

    /// <summary>Reading stops for now.</summary>
    public void Pause()
    {
        if (Edges.Count > 0 && !_firstIsGuess) _beforePause = Edges.Last;
        Edges.Clear();
    }

    /// <summary>What comes next has no difference to what was.</summary>
    public void Break()
    {
        _beforePause = null;
        Edges.Clear();
    }

    /// <summary>When the first value appeared: a period before the second, and within the period before it was read.</summary>
    private TimeSpan OneStepBefore(TimeSpan step, TimeSpan period)
    {
        var earliest = _firstReadAt - period;
        var at = step - period;
        return at < earliest ? earliest : Min(at, _firstReadAt);
    }

    private QuietTime? Pause(EnergyEdge after)
    {
        var pause = _beforePause is { } before ? new QuietTime(after.At - before.At, after.Joules - before.Joules) : (QuietTime?)null;
        _beforePause = null;
        return pause;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>A time in which no request ran, and what it took.</summary>
internal readonly record struct QuietTime(TimeSpan Length, double Joules)
{
    public double Watts => Joules / Length.TotalSeconds;
}
