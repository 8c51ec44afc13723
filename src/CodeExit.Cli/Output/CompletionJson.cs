using CodeExit.Completion;
using CodeExit.Telemetry;

namespace CodeExit.Cli.Output;

/// <summary>The object that <c>complete --json</c> prints: DESIGN section 5, field for field.</summary>
internal sealed record CompletionJson(
    string Text,
    string StopReason,
    int Tokens,
    int PromptTokens,
    int PromptTokensReused,
    LayersJson Layers,
    CompletionLatency LatencyMs,
    EnergyJson Energy,
    string Policy,
    string Mode,
    string Model,
    string Device)
{
    /// <summary>Where a card runs the model: what the processor took beside it, apart; null where the processor runs it.</summary>
    public EnergyJson? ProcessorEnergy { get; init; }

    public static CompletionJson Of(CompletionResult result) => new(
        result.Text,
        StopReasonText(result.StopReason),
        result.Tokens,
        result.PromptTokens,
        result.PromptTokensReused,
        LayersJson.Of(result.LayersPerToken),
        result.Latency,
        EnergyJson.Of(result.Energy),
        result.Policy,
        result.Mode,
        result.Model,
        result.Device)
    {
        ProcessorEnergy = result.ProcessorEnergy is { IsCompletedSuccessfully: true, Result: var processor } ? EnergyJson.Of(processor) : null,
    };

    public static string StopReasonText(StopReason reason) => reason switch
    {
        Completion.StopReason.EndOfText => "end-of-text",
        Completion.StopReason.Dedent => "dedent",
        Completion.StopReason.RepeatsSuffix => "repeats-suffix",
        Completion.StopReason.EndOfLine => "end-of-line",
        Completion.StopReason.Repetition => "repetition",
        Completion.StopReason.BlankLines => "blank-lines",
        Completion.StopReason.UnbalancedCloser => "unbalanced-closer",
        Completion.StopReason.WrongIndentation => "wrong-indentation",
        Completion.StopReason.Secret => "secret",
        Completion.StopReason.BrokenCharacter => "broken-character",
        Completion.StopReason.Budget => "budget",
        Completion.StopReason.Policy => "policy",
        Completion.StopReason.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a stop reason"),
    };
}

/// <param name="Total">Layers run over all decoded tokens.</param>
/// <param name="Mean">Per decoded token; 0 where there is none.</param>
internal sealed record LayersJson(int Total, double Mean, IReadOnlyList<int> PerToken)
{
    public static LayersJson Of(IReadOnlyList<int> perToken)
    {
        var total = perToken.Sum();
        return new LayersJson(total, perToken.Count == 0 ? 0 : (double)total / perToken.Count, perToken);
    }
}

/// <summary>Joules are null exactly when the label is "unavailable".</summary>
internal sealed record EnergyJson(double? Joules, double? NetJoules, string Label, string Source, string Scope)
{
    public static EnergyJson Of(EnergyMeasurement energy) => new(energy.Joules, energy.NetJoules, energy.Label.Text(), energy.Source, energy.Scope);
}
