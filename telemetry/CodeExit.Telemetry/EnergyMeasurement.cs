namespace CodeExit.Telemetry;

/// <summary>How an energy number came about. Numbers with different labels are never averaged.</summary>
public enum EnergyLabel
{
    MeasuredCounter,
    MeasuredIntegrated,
    Apportioned,
    EstimatedModel,
    Unavailable,
}

/// <summary>
/// Energy of one window of work. <paramref name="Joules"/> is gross, <paramref name="NetJoules"/> less what the idle machine would have drawn;
/// both null exactly when the label is <see cref="EnergyLabel.Unavailable"/>.
/// </summary>
/// <param name="Source">What was read, e.g. "nvml:GPU-…"; says why not where nothing was.</param>
/// <param name="Scope">What the number covers: "gpu", "cpu-package", "process", "none".</param>
/// <param name="Window">Length of the window, monotonic clock.</param>
public sealed record EnergyMeasurement(double? Joules, double? NetJoules, EnergyLabel Label, string Source, string Scope, TimeSpan Window)
{
    /// <summary>What was taken for the device's power at rest, W; null where nothing was known of it: then net is as much as gross.</summary>
    public double? IdleWatts { get; init; }

    /// <summary>What the device took above idle after the window, until it was no longer watched; null where other work followed.</summary>
    public double? TailJoules { get; init; }

    /// <summary>
    /// What power readings of the same window add up to, beside a counter; null where there are none. The two can disagree by half (zeus
    /// issue 181).
    /// </summary>
    public double? IntegratedJoules { get; init; }

    /// <summary>Why the number holds more than the window's own work; null where nothing points to that.</summary>
    public string? Contamination { get; init; }

    /// <summary>Said plainly: nothing on this machine was read.</summary>
    public static EnergyMeasurement Unavailable(TimeSpan window) => new(null, null, EnergyLabel.Unavailable, "none", "none", window);
}
