namespace CodeExit.Completion;

/// <summary>Names over exit policies: what a user chooses instead of a spec with a threshold.</summary>
public static class Modes
{
    public const string Lossless = "lossless";

    /// <summary>What reports say where a policy was chosen directly.</summary>
    public const string Custom = "custom";

    private static readonly HashSet<string> Calibrated = new(StringComparer.Ordinal) { "quality", "balanced", "saver", "auto" };

    /// <summary>The policy spec that a mode stands for.</summary>
    /// <exception cref="ArgumentException">An unknown mode, or one whose promise nobody has measured for this model.</exception>
    public static string PolicySpec(string mode) => mode switch
    {
        Lossless => "full",
        _ when Calibrated.Contains(mode) => throw new ArgumentException(
            $"mode '{mode}' needs a calibrated policy, which this model does not have yet; use {Lossless}, or choose a policy yourself"),
        _ => throw new ArgumentException(
            $"mode '{mode}' is not known; use {Lossless} (quality, balanced, saver and auto need a calibrated policy)"),
    };
}
