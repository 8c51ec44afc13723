using CodeExit.Completion;
using CodeExit.Completion.Calibration;

namespace CodeExit.Evaluation.Calibration;

/// <summary>What a mode is to promise: with this confidence, an expected loss of at most the tolerance.</summary>
/// <param name="Mode">One of <see cref="Modes.Calibrated"/>.</param>
/// <param name="Tolerance">δ.</param>
/// <param name="Confidence">1 − ε.</param>
public sealed record Promise(string Mode, LossMetric Metric, double Tolerance, double Confidence)
{
    /// <summary>
    /// The tolerance of a mode whose user names none: <c>quality</c> differs by a character in 50, which few will see; <c>balanced</c> by
    /// one in 20; <c>saver</c> by about one in 7, for whoever is on battery and would otherwise go without.
    /// </summary>
    public static double DefaultTolerance(string mode) => mode switch
    {
        Modes.Quality => 0.02,
        Modes.Balanced => 0.05,
        Modes.Saver => 0.15,
        _ => throw new ArgumentException($"mode '{mode}' cannot be calibrated; {string.Join(", ", Modes.Calibrated)} can"),
    };
}
