namespace CodeExit.Completion.Governor;

/// <summary>Instant power of the device that runs the model.</summary>
/// <param name="At">Monotonic clock, from any origin.</param>
/// <param name="LimitWatts">The limit that the device enforces on itself; null where unknown.</param>
public readonly record struct PowerSample(TimeSpan At, double Watts, double? LimitWatts = null);

/// <summary>Where the machine's power comes from.</summary>
/// <param name="Charge">Of the battery, 0 to 1; null where unknown.</param>
public readonly record struct PowerSupply(bool OnBattery, double? Charge);

/// <summary>What one suggestion cost, a cancelled one too.</summary>
/// <param name="Joules">Of the same kind, gross or net, as the budget and <see cref="ILayerEnergy"/> are meant.</param>
/// <param name="Layers">Run for all tokens behind the prompt, in layers of one token.</param>
/// <param name="Price">That it was decoded at, the geometric mean over its tokens.</param>
public readonly record struct SuggestionCost(double Joules, double Layers, int Tokens, float Price)
{
    /// <summary>False for what is no cost: a suggestion whose joules could not be read.</summary>
    internal bool IsMeasured => Joules >= 0 && double.IsFinite(Joules) && Layers >= 0 && double.IsFinite(Layers) && Tokens >= 0 && Price is >= 0 and <= 1;
}

/// <summary>What was learned of the device's energy, elsewhere. A suggestion costs the fixed part and each layer of each token.</summary>
public interface ILayerEnergy
{
    /// <summary>0 while it is not known.</summary>
    double JoulesPerLayerToken { get; }

    /// <summary>The part that no price changes: prefill, mostly.</summary>
    double JoulesPerSuggestion { get; }
}
