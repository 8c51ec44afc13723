using CodeExit.Completion.Calibration;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Completion;

/// <summary>The policy in force and what it is called.</summary>
/// <param name="Mode">A mode's name; <see cref="Modes.Custom"/> where the policy was chosen directly.</param>
/// <param name="Policy">Exit policy spec.</param>
/// <param name="Calibration">What the mode promises; null where there is nothing to promise.</param>
public sealed record PolicyChoice(string Mode, string Policy, CalibratedMode? Calibration = null)
{
    /// <summary>Why it is this mode, in one clause.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Names over exit policies: what a user chooses instead of a spec with a threshold.</summary>
public static class Modes
{
    public const string Lossless = "lossless";
    public const string Quality = "quality";
    public const string Balanced = "balanced";
    public const string Saver = "saver";
    public const string Auto = "auto";

    private const string AskedFor = "asked for";

    /// <summary>What reports say where a policy was chosen directly.</summary>
    public const string Custom = "custom";

    /// <summary>Modes that stand for what <c>codeexit calibrate</c> found for a model, from the most careful on.</summary>
    public static IReadOnlyList<string> Calibrated { get; } = [Quality, Balanced, Saver];

    /// <summary>Every name that may be asked for.</summary>
    public static IReadOnlyList<string> All { get; } = [Lossless, .. Calibrated, Auto];

    /// <summary>What can be said of a mode's name before a model is loaded.</summary>
    /// <exception cref="ArgumentException">An unknown mode.</exception>
    public static void Validate(string mode)
    {
        if (All.Contains(mode)) return;
        throw new ArgumentException($"mode '{mode}' is not known; use {Lossless}, or {string.Join(", ", Calibrated)} or {Auto} with a model that was calibrated");
    }

    /// <summary>
    /// What a policy, a mode or neither stands for with one model. Neither is <see cref="Balanced"/> where the model was calibrated for it,
    /// else <see cref="Lossless"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The model was not calibrated for the mode.</exception>
    internal static PolicyChoice Choose(string? policy, string? mode, CalibratedModes calibrated)
    {
        if (policy is not null) return new PolicyChoice(policy == FullDepthPolicy.Name ? Lossless : Custom, policy) { Reason = "the policy was asked for" };
        if (mode == Lossless) return new PolicyChoice(Lossless, FullDepthPolicy.Name) { Reason = AskedFor };
        // The governor moves the price of balanced's policy, and never beyond saver's: what saver promises holds.
        if (mode == Auto && calibrated.Find(Balanced) is { } moved) return new PolicyChoice(Auto, moved.Policy, calibrated.Find(Saver)) { Reason = AskedFor };
        if (calibrated.Find(mode ?? Balanced) is { } found)
        {
            return new PolicyChoice(mode ?? Balanced, found.Policy, found) { Reason = mode is null ? "the default with a model that was calibrated for it" : AskedFor };
        }
        if (mode is null) return new PolicyChoice(Lossless, FullDepthPolicy.Name) { Reason = $"the default with a model that was not calibrated for {Balanced}" };
        throw new ArgumentException(
            $"mode '{mode}' needs a calibrated policy, which this model does not have; run codeexit calibrate{(mode == Auto ? "" : $" --mode {mode}")} --source DIR, or use {Lossless}");
    }
}
