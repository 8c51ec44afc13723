namespace CodeExit.Telemetry.Attribution;

/// <summary>How often a counter really moves: drivers and cards differ by ten times from what is written about them.</summary>
internal sealed class StepPeriod
{
    private const int Kept = 31;
    private const int Enough = 5;

    private readonly Queue<TimeSpan> _steps = new(Kept);
    private TimeSpan _typical;
    private TimeSpan _spacing;

    /// <param name="step">Time between two steps of the counter.</param>
    /// <param name="spacing">Time between the readings that saw the second.</param>
    public void Add(TimeSpan step, TimeSpan spacing)
    {
        if (_steps.Count == Kept) _steps.Dequeue();
        _steps.Enqueue(step);
        _spacing = spacing;
        if (_steps.Count >= Enough) _typical = Typical();
    }

    /// <summary>The period seen, else the stated one. Where every reading finds a step, the period may be any that is shorter.</summary>
    public TimeSpan Of(TimeSpan stated)
    {
        if (_steps.Count < Enough) return stated;
        return _typical > 1.5 * _spacing || _typical < stated ? _typical : stated;
    }

    /// <summary>The mean, as steps are dated to a multiple of the readings' spacing only; of those near the median, as readings can be late.</summary>
    private TimeSpan Typical()
    {
        var sorted = _steps.Order().ToArray();
        var median = sorted[sorted.Length / 2];
        var usual = sorted.Where(step => step >= 0.5 * median && step <= 1.5 * median);
        return TimeSpan.FromTicks((long)usual.Average(step => step.Ticks));
    }
}
