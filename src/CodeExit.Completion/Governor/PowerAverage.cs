namespace CodeExit.Completion.Governor;

/// <summary>
/// An exponential average of power by elapsed time, as samples come irregularly: each stands for the time since the one before. Half a
/// second spans five periods of an energy counter (100 ms), and is far below what a power supply or a fan notices.
/// </summary>
internal sealed class PowerAverage
{
    public static readonly TimeSpan TimeConstant = TimeSpan.FromSeconds(0.5);

    private TimeSpan? _last;

    public double Watts { get; private set; }

    /// <summary>Time of the last sample; null before the first.</summary>
    public TimeSpan? Last => _last;

    /// <returns>Time since the sample before; zero where this one is the first, or no reading at all.</returns>
    public TimeSpan Add(TimeSpan at, double watts)
    {
        if (!(watts >= 0 && double.IsFinite(watts)) || at <= _last) return TimeSpan.Zero;
        var elapsed = at - (_last ?? at);
        Watts = _last is null ? watts : Watts + (1 - Math.Exp(-(elapsed / TimeConstant))) * (watts - Watts);
        _last = at;
        return elapsed;
    }

    public void Forget() => _last = null;
}
