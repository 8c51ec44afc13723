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
/// <param name="Scope">What the number covers: "gpu", "cpu-package", "none".</param>
/// <param name="Window">Length of the window, monotonic clock.</param>
public sealed record EnergyMeasurement(double? Joules, double? NetJoules, EnergyLabel Label, string Source, string Scope, TimeSpan Window)
{
    /// <summary>Said plainly: nothing on this machine was read.</summary>
    public static EnergyMeasurement Unavailable(TimeSpan window) => new(null, null, EnergyLabel.Unavailable, "none", "none", window);
}
