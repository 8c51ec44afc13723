using System.Text.Json;
using System.Text.Json.Serialization;
using CodeExit.Evaluation.Reports;
using CodeExit.Evaluation.Serving;

namespace CodeExit.Evaluation.Energy;

/// <summary>One setting over all trials. Joules are net of idle where their name says nothing else.</summary>
/// <param name="Name">A mode, or a policy.</param>
/// <param name="Label">How the joules came about.</param>
public sealed record EnergyResult(string Name, string Mode, string Policy, string Label, Interval JoulesPerSuggestion)
{
    /// <summary>Null where a trial wrote no token.</summary>
    public Interval? JoulesPerToken { get; init; }

    public double GrossJoulesPerSuggestion { get; init; }

    public double SecondsPerSuggestion { get; init; }

    /// <summary>Mean power of the device in the windows.</summary>
    public double Watts { get; init; }

    /// <summary>First line of the suggestion to the truth.</summary>
    public double EditSimilarity { get; init; }

    public double EditSimilarityToFull { get; init; }

    public double MeanLayers { get; init; }

    public double LayerShare { get; init; }

    /// <summary>Paired: of the same trial, joules of a suggestion less full depth's. Null for full depth.</summary>
    public Interval? DifferenceToFull { get; init; }

    /// <summary>Paired: of the same trial, joules of a suggestion to full depth's. Null for full depth, and where that took nothing above idle.</summary>
    public Interval? RatioToFull { get; init; }

    /// <summary>Of a suggestion.</summary>
    public required JouleShares Where { get; init; }

    /// <summary>Windows that other work was seen in.</summary>
    public int Contaminated { get; init; }
}

/// <summary>The result of <c>bench energy</c>.</summary>
/// <param name="Label">Of every joule in it.</param>
/// <param name="SourceName">For a person.</param>
/// <param name="Tasks">Places that suggestions were asked for at.</param>
/// <param name="Confidence">Of every interval.</param>
public sealed record EnergyReport(
    string Model,
    string Label,
    string Source,
    string Scope,
    string SourceName,
    double WindowSeconds,
    double CoolDownSeconds,
    int Trials,
    int Tasks,
    double Confidence,
    IReadOnlyList<EnergyResult> Settings,
    IReadOnlyList<EnergyTrial> Windows)
{
    /// <summary>Where the model ran: "cpu" or "gpu".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Where every interval comes from.</summary>
    public string IntervalMethod { get; init; } = "Student's t over trials";

    /// <summary>The first line of every form of the report.</summary>
    [JsonIgnore]
    public string FirstLine => EnergyWords.FirstLine(Label, SourceName, Scope);

    /// <summary>What other work may have added; null where none was seen.</summary>
    [JsonIgnore]
    public string? Doubt => Windows.FirstOrDefault(each => each.Contamination is not null) is { } first
        ? $"{Windows.Count(each => each.Contamination is not null)} of {Windows.Count} windows hold other work ({first.Contamination})."
        : null;

    /// <summary>A sentence for each setting on what it saves.</summary>
    [JsonIgnore]
    public IEnumerable<string> Savings => Settings.Where(each => each.RatioToFull is not null)
        .Select(each => EnergyWords.Saving(each.Name, each.RatioToFull!, Label, Confidence));

    public string Json() => JsonSerializer.Serialize(this, EnergyJsonContext.Default.EnergyReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EnergyReport))]
internal sealed partial class EnergyJsonContext : JsonSerializerContext;
