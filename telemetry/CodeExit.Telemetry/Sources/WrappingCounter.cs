namespace CodeExit.Telemetry.Sources;

/// <summary>
/// Makes one growing count out of a hardware counter that starts over: at its range (RAPL: 2^32 units of 15 or 61 µJ, minutes under
/// load), or at a driver reset, which nobody can tell from the count alone.
/// </summary>
/// <param name="range">Where the counter starts over, J; null for one that never does.</param>
internal sealed class WrappingCounter(double? range)
{
    /// <summary>Unread for longer, a counter may have started over more than once.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    /// <summary>No package or card draws more: a difference that needs more was a reset.</summary>
    private const double MostWatts = 5000;

    private double? _last;
    private TimeSpan _lastAt;

    /// <summary>Joules since the first reading of the epoch.</summary>
    public double Joules { get; private set; }

    /// <summary>Counts up where the growth since the last reading cannot be known.</summary>
    public int Epoch { get; private set; }

    public void Add(double joules, TimeSpan at)
    {
        if (_last is { } last) Joules = Grown(joules, last, at) is { } growth ? Joules + growth : StartOver();
        (_last, _lastAt) = (joules, at);
    }

    /// <summary>What comes next has nothing to do with what was: the device was away.</summary>
    public void Forget()
    {
        if (_last is null) return;
        _last = null;
        Joules = StartOver();
    }

    /// <returns>Null where it is unknown.</returns>
    private double? Grown(double joules, double last, TimeSpan at)
    {
        if (range is null) return joules >= last ? joules - last : null;
        var gap = at - _lastAt;
        if (gap > LongestGap) return null;
        var growth = joules >= last ? joules - last : joules - last + range.Value;
        return growth <= MostWatts * Math.Max(gap.TotalSeconds, 0.001) + 1 ? growth : null;
    }

    private double StartOver()
    {
        Epoch++;
        return 0;
    }
}
