using CodeExit.Evaluation.Machine;

namespace CodeExit.Evaluation.Speed;

/// <summary>Milliseconds to the first token of a suggestion.</summary>
/// <param name="Cold">From opening the model on; process start not included.</param>
/// <param name="Warm">Model resident, nothing of the prompt in the cache.</param>
/// <param name="Typing">Model resident, all but the last four prompt tokens in the cache.</param>
public sealed record FirstSuggestion(double Cold, double Warm, double Typing);

/// <summary>What one run of the benchmark saw of the model and of what runs it, before one is held against the other. Medians.</summary>
public sealed record SpeedMeasurement(
    string Model, ModelWork Work, string Precision, int? Threads, double BytesPerWeight,
    int PrefillTokens, double PrefillSeconds, int DecodeTokens, double DecodeSeconds, FirstSuggestion FirstSuggestion, MachineCapability Machine)
{
    /// <summary>The device that runs the model, for a person; null for the processor.</summary>
    public string? Card { get; init; }

    /// <summary>Null where the model's parts cannot be timed.</summary>
    public BatchCost? BatchCost { get; init; }

    /// <summary>Null where joules were not asked for.</summary>
    public TokenJoules? Joules { get; init; }

    /// <summary>Null on the processor.</summary>
    internal DeviceMeasurement? Device { get; init; }
}
