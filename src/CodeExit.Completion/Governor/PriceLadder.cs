using CodeExit.Completion.Calibration;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Completion.Governor;

/// <summary>A calibrated mode as the governor sees it.</summary>
/// <param name="LayersPerToken">That a token ran on average when the mode was calibrated.</param>
public sealed record ModePrice(string Mode, float Price, double LayersPerToken)
{
    /// <summary>All control is on the price's logarithm, as the networks see it: small prices differ by their factor.</summary>
    public double LogPrice { get; } = PriceProbes.Feature(Price);
}

/// <summary>
/// The prices that the governor moves between, from quality to saver. Neither end is passed: so whatever it does, what a suggestion may lose
/// is bounded by a promise that was measured, saver's.
/// </summary>
public sealed class PriceLadder
{
    /// <exception cref="ArgumentException">The prices do not rise from mode to mode.</exception>
    public PriceLadder(ModePrice quality, ModePrice balanced, ModePrice saver)
    {
        Steps = [quality, balanced, saver];
        for (var i = 1; i < Steps.Count; i++)
        {
            if (Steps[i].Price > Steps[i - 1].Price) continue;
            throw new ArgumentException($"mode '{Steps[i].Mode}' has the price {Steps[i].Price}; it must be above that of '{Steps[i - 1].Mode}', {Steps[i - 1].Price}");
        }
    }

    /// <summary>From the dearest mode to the cheapest.</summary>
    public IReadOnlyList<ModePrice> Steps { get; }

    public ModePrice Quality => Steps[0];

    public ModePrice Balanced => Steps[1];

    public ModePrice Saver => Steps[2];

    /// <summary>The ladder of a model that was calibrated for all three modes, each as a price.</summary>
    /// <exception cref="ArgumentException">It was not: says what to run.</exception>
    public static PriceLadder From(CalibratedModes modes, int layerCount)
    {
        var steps = Modes.Calibrated.Select(name => modes.Find(name) is { } mode && ExitPolicies.Parse(mode.Policy) is PricePolicy policy
            ? new ModePrice(name, policy.Price, mode.LayerShare * layerCount)
            : throw new ArgumentException(
                $"mode '{Modes.Auto}' moves between the prices of {string.Join(", ", Modes.Calibrated)}, and '{name}' is {modes.Find(name)?.Policy ?? "not calibrated"}; run codeexit calibrate --policy {PricePolicy.Name} --source DIR")).ToArray();
        return new PriceLadder(steps[0], steps[1], steps[2]);
    }

    public ModePrice Step(string mode) => Steps.First(step => step.Mode == mode);

    public double Clamp(double logPrice) => Math.Clamp(logPrice, Quality.LogPrice, Saver.LogPrice);
}
