using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CodeExit.Completion;
using CodeExit.Evaluation.Reports;
using CodeExit.Evaluation.Serving;

namespace CodeExit.Evaluation.Replay;

/// <summary>Of all joules, those that brought nothing; null where none were taken.</summary>
public sealed record WastedShares(double? Cancelled, double? Superseded, double? NothingToShow, double? NotAccepted)
{
    /// <summary>Taken for what was shown already.</summary>
    public double? SaidAgain { get; init; }
}

/// <summary>Requests by where their answer came from.</summary>
/// <param name="Running">The model was writing it for an older request already.</param>
/// <param name="Cache">Told before, or the rest of it: no model call.</param>
public sealed record AnswerSources(int Model, int Running, int Cache)
{
    [JsonIgnore]
    public int All => Model + Running + Cache;
}

/// <summary>Null where there was nothing to take them of.</summary>
public sealed record Percentiles(double? P50, double? P95);

/// <summary>One setting over the whole trace. Joules are net of idle where their name says nothing else; null where they are for none.</summary>
/// <param name="Name">A mode, or a policy.</param>
/// <param name="Label">How the joules came about.</param>
public sealed record ReplayResult(string Name, string Mode, string Policy, string Label)
{
    public int Requests { get; init; }

    /// <summary>Times that the gate did not ask; none of <see cref="Requests"/>.</summary>
    public int NotAsked { get; init; }

    public int Cancelled { get; init; }

    public int Superseded { get; init; }

    public int NothingToShow { get; init; }

    /// <summary>Their answer was what is shown already: no text of its own.</summary>
    public int SaidAgain { get; init; }

    /// <summary>Requests that were answered.</summary>
    public required AnswerSources Answered { get; init; }

    public int Shown { get; init; }

    public int Accepted { get; init; }

    public int AcceptedCharacters { get; init; }

    /// <summary>Of the characters of the trace.</summary>
    public double AcceptedShare { get; init; }

    public double NetJoules { get; init; }

    public double GrossJoules { get; init; }

    public double? JoulesPerRequest { get; init; }

    /// <summary>All joules, wasted ones too, for each suggestion shown.</summary>
    public double? JoulesPerShown { get; init; }

    /// <summary>All joules, wasted ones too, for each character that was accepted.</summary>
    public double? JoulesPerAcceptedCharacter { get; init; }

    public double? WastedShare { get; init; }

    public required WastedShares Wasted { get; init; }

    /// <summary>From the last key to the text, the editor's debounce in it; of suggestions shown.</summary>
    public required Percentiles KeystrokeToTextMs { get; init; }

    /// <summary>Of the prompt tokens of answered requests, those still in the cache.</summary>
    public double? PromptTokensReusedShare { get; init; }

    /// <summary>Of the device with the model in memory; null where nothing is known of it.</summary>
    public double? IdleWatts { get; init; }

    /// <summary>Of the device at rest over the whole trace.</summary>
    public double? IdleJoules { get; init; }

    /// <summary>The trace's time: shorter where more was accepted.</summary>
    public double Seconds { get; init; }

    /// <summary>In which a request ran.</summary>
    public double BusySeconds { get; init; }

    public int? LayerCount { get; init; }

    /// <summary>Of all requests; idle is that of the time in which they ran.</summary>
    public required JouleShares Where { get; init; }

    /// <summary>Requests during which other work was seen.</summary>
    public int Contaminated { get; init; }

    public IReadOnlyList<TimeLinePoint> TimeLine { get; init; } = [];
}

/// <summary>What was typed.</summary>
/// <param name="Seconds">Where nothing is accepted.</param>
public sealed record ReplayedTrace(int Seed, int Files, int Characters, double Seconds);

/// <summary>The result of <c>bench replay</c>.</summary>
/// <param name="Label">Of every joule in it.</param>
/// <param name="SourceName">For a person.</param>
public sealed record ReplayReport(
    string Model,
    string Label,
    string Source,
    string Scope,
    string SourceName,
    ReplayedTrace Trace,
    double DebounceMs,
    double ReadingMs,
    double Speed,
    IReadOnlyList<ReplayResult> Settings)
{
    /// <summary>Where the model ran: "cpu" or "gpu".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The first line of every form of the report.</summary>
    [JsonIgnore]
    public string FirstLine => EnergyWords.FirstLine(Label, SourceName, Scope);

    /// <summary>What other work may have added; null where none was seen.</summary>
    [JsonIgnore]
    public string? Doubt => Settings.Sum(each => each.Contaminated) is > 0 and var count
        ? $"During {count} of {Settings.Sum(each => each.Requests)} requests other work was seen on the device."
        : null;

    /// <summary>What the numbers are good to, where one policy was run under two names; null where none was.</summary>
    [JsonIgnore]
    public string? Noise
    {
        get
        {
            var same = Settings.Where(each => each.JoulesPerRequest > 0 && each.Mode != Modes.Auto).GroupBy(each => each.Policy).FirstOrDefault(group => group.Count() > 1)?.ToArray();
            if (same is null) return null;
            var (least, most) = (same.MinBy(each => each.JoulesPerRequest)!, same.MaxBy(each => each.JoulesPerRequest)!);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{most.Name} and {least.Name} ran the same policy, and differ by {(most.JoulesPerRequest / least.JoulesPerRequest - 1) * 100:0} % in joules of a request: smaller differences than that mean nothing here.");
        }
    }

    public string Json() => JsonSerializer.Serialize(this, ReplayJsonContext.Default.ReplayReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;
