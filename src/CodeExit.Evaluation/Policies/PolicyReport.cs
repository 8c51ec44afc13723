using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Evaluation.Policies;

/// <summary>One policy over all tasks; its JSON names are the contract of DESIGN section 5. Ratios are to full depth with a KV cache, timed in the same run.</summary>
/// <param name="EditSimilarityToFull">Between this policy's text and full depth's.</param>
/// <param name="MeanLayers">Layers that a token was read out after.</param>
/// <param name="LayerShare">Of all layers.</param>
/// <param name="DecodeTimeRatio">Time after the first token, over all tasks. Null for an oracle, which cannot be run.</param>
/// <param name="TimePerTokenRatio">The same for each token, so that shorter texts are no saving.</param>
/// <param name="ProbeShare">Of the decode time, what the policy's looks took. Null on a device of its own: a look waits there for the layers before it.</param>
/// <param name="JoulesRatio">Net joules of all texts, prompts in the cache. Null for an oracle, and where labels differ.</param>
/// <param name="Label">How the joules came about.</param>
public sealed record PolicyResult(
    string Policy,
    double ExactMatch,
    double EditSimilarity,
    double RougeL,
    double Bleu,
    double ChrF,
    double ExactMatchToFull,
    double EditSimilarityToFull,
    double MeanLayers,
    double LayerShare,
    double? DecodeTimeRatio,
    double? TimePerTokenRatio,
    double? ProbeShare,
    double? JoulesRatio,
    string Label)
{
    /// <summary>Work of a token to full depth's: layers, back-fill and read-outs, counted and not timed. Null for an oracle.</summary>
    public double? WorkRatio { get; init; }

    /// <summary>Median over the tasks of <see cref="TimePerTokenRatio"/>: what other work on the machine stretches counts little. Null where nothing was timed.</summary>
    public double? MedianTimePerTokenRatio { get; init; }

    /// <summary>Tokens drafted over all tasks; null where the policy drafts none.</summary>
    public int? Drafted { get; init; }

    /// <summary>Those of <see cref="Drafted"/> that became part of a text.</summary>
    public int? Accepted { get; init; }
}

/// <summary>The result of <c>bench policies</c>.</summary>
/// <param name="Tasks">How many.</param>
public sealed record PolicyReport(string Model, int Tasks, string Baseline, IReadOnlyList<PolicyResult> Policies)
{
    /// <summary>Where the model ran: "cpu" or "gpu".</summary>
    public string Device { get; init; } = "cpu";

    public string Json() => JsonSerializer.Serialize(this, PolicyJsonContext.Default.PolicyReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PolicyReport))]
internal sealed partial class PolicyJsonContext : JsonSerializerContext;
