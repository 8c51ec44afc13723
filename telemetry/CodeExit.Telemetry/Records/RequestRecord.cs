using System.Text.Json.Serialization;

namespace CodeExit.Telemetry.Records;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>With a text.</summary>
    Suggested,

    /// <summary>With nothing to suggest.</summary>
    Empty,

    /// <summary>Before it was answered: given up by its client, or superseded by a newer request.</summary>
    Cancelled,

    /// <summary>With an error.</summary>
    Failed,
}

/// <summary>
/// One request and what it took: sizes, times and joules. No text of anybody's code, no name of a file, is ever in it. A request that
/// never ran, as it was superseded while it waited, has none.
/// </summary>
public sealed record RequestRecord
{
    /// <summary>Longest name or reason that is kept, UTF-16 units: a record has to fit its slot.</summary>
    private const int MostText = 100;

    /// <summary>Names the request in later reports of what became of it.</summary>
    public required long Id { get; init; }

    /// <summary>When it ended, for a person who looks for it: nothing is computed from wall-clock time.</summary>
    public required DateTimeOffset At { get; init; }

    [JsonConverter(typeof(KebabCaseConverter<RequestOutcome>))]
    public required RequestOutcome Outcome { get; init; }

    public required string Model { get; init => field = Cut(value); }

    public required string Device { get; init => field = Cut(value); }

    public required string Policy { get; init => field = Cut(value); }

    public required string Mode { get; init => field = Cut(value); }

    /// <summary>Null, as all numbers below, where the request was not answered.</summary>
    public int? PromptTokens { get; init; }

    public int? PromptTokensReused { get; init; }

    public int? Tokens { get; init; }

    /// <summary>Length of the suggestion in UTF-16 units.</summary>
    public int? Characters { get; init; }

    /// <summary>Layers run for all decoded tokens together.</summary>
    public int? Layers { get; init; }

    /// <summary>From when it was accepted to when its answer was ready, ms.</summary>
    public required double TotalMs { get; init; }

    public double? FirstTokenMs { get; init; }

    public double? PrefillMs { get; init; }

    public double? DecodeMs { get; init; }

    public required EnergyMeasurement Energy { get; init => field = value with { Source = Cut(value.Source), Contamination = value.Contamination is { } why ? Cut(why) : null }; }

    /// <summary>Whether the joules bought nothing: nobody got a text for them.</summary>
    [JsonIgnore]
    public bool IsWasted => Outcome != RequestOutcome.Suggested;

    private static string Cut(string text) => text.Length <= MostText ? text : text[..MostText];
}

/// <summary>What a client said of a suggestion, or an edit showed.</summary>
/// <param name="Id">Of the request.</param>
/// <param name="AcceptedCharacters">UTF-16 units of it that stand in the document so far, 0 where it was only shown. A larger number replaces a smaller one.</param>
public sealed record SuggestionFate(long Id, int AcceptedCharacters);
