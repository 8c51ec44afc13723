using System.Text.Json;
using CodeExit.Completion;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>What a client may set, by initializationOptions and workspace/didChangeConfiguration; docs/protocol.md describes each.</summary>
internal sealed record ClientSettings
{
    private const int MostTokens = 1024;

    private static readonly HashSet<string> NoLanguages = [];

    /// <summary>Most tokens of a suggestion; null takes the service's own.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>A mode's name; null takes the service's own.</summary>
    public string? Mode { get; init; }

    /// <summary>Kept in mode auto, which it implies where no mode is set; beside another mode it waits.</summary>
    public double? PowerCapWatts { get; init; }

    /// <inheritdoc cref="PowerCapWatts"/>
    public double? BudgetJoules { get; init; }

    public bool PauseOnBattery { get; init; }

    /// <summary>What decides the depth of this connection's requests; null leaves it to the service.</summary>
    public DepthSettings? Depth
    {
        get
        {
            var keepsLimits = Mode is null or Modes.Auto;
            var depth = new DepthSettings
            {
                Mode = Mode,
                PowerCapWatts = keepsLimits ? PowerCapWatts : null,
                BudgetJoules = keepsLimits ? BudgetJoules : null,
                PauseOnBattery = PauseOnBattery,
            };
            return depth == new DepthSettings() ? null : depth;
        }
    }

    /// <summary>Offer textDocument/completion as well. Only at initialize: capabilities do not change later.</summary>
    public bool TextDocumentCompletion { get; init; }

    /// <summary>The client cannot replace text behind the cursor.</summary>
    public bool InsertOnly { get; init; }

    /// <summary>LSP ids of languages in which nothing is suggested.</summary>
    public IReadOnlySet<string> DisabledLanguages { get; init; } = NoLanguages;

    /// <summary>The client introduced itself as Copilot's do, so that it knows didChangeStatus.</summary>
    public bool SendsPluginInfo { get; init; }

    /// <summary>Takes over the options that are given and right; the others stay as they are.</summary>
    /// <param name="problems">One line for each option that is not: its name, its value, what would be right.</param>
    public ClientSettings With(JsonElement? given, List<string> problems)
    {
        if (given is not { } options || options.ValueKind == JsonValueKind.Null) return this;
        if (options.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"the options are {Quote(options)}, but an object is wanted");
            return this;
        }
        // Editors that send their whole configuration put ours below its name.
        if (options.TryGetProperty("codeexit", out JsonElement ours) && ours.ValueKind == JsonValueKind.Object) options = ours;

        ClientSettings settings = this;
        foreach (JsonProperty option in options.EnumerateObject()) settings = settings.With(option, problems);
        return settings;
    }

    private ClientSettings With(JsonProperty option, List<string> problems)
    {
        JsonElement value = option.Value;
        switch (option.Name)
        {
            case "maxTokens" when value.ValueKind == JsonValueKind.Null:
                return this with { MaxTokens = null };
            case "maxTokens" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int tokens) && tokens is >= 1 and <= MostTokens:
                return this with { MaxTokens = tokens };
            case "maxTokens":
                return Refused($"a whole number from 1 to {MostTokens}", MaxTokens is { } most ? $"{most}" : "the service's own");
            case "textDocumentCompletion" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return this with { TextDocumentCompletion = value.GetBoolean() };
            case "textDocumentCompletion":
                return Refused("true or false", TextDocumentCompletion ? "on" : "off");
            case "mode" when value.ValueKind == JsonValueKind.Null || Names(value, Modes.All):
                return this with { Mode = value.GetString() };
            case "mode":
                return Refused($"one of {string.Join(", ", Modes.All)}, or null", Mode ?? "the service's own");
            case "powerCapWatts" when IsLimit(value, out double? watts):
                return this with { PowerCapWatts = watts };
            case "powerCapWatts":
                return Refused("a number of watts above 0, or null", PowerCapWatts is { } cap ? $"{cap} W" : "no cap");
            case "budgetJoules" when IsLimit(value, out double? joules):
                return this with { BudgetJoules = joules };
            case "budgetJoules":
                return Refused("a number of joules above 0, or null", BudgetJoules is { } budget ? $"{budget} J" : "no budget");
            case "pauseOnBattery" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return this with { PauseOnBattery = value.GetBoolean() };
            case "pauseOnBattery":
                return Refused("true or false", PauseOnBattery ? "on" : "off");
            case "insertOnly" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return this with { InsertOnly = value.GetBoolean() };
            case "insertOnly":
                return Refused("true or false", InsertOnly ? "on" : "off");
            case "disabledLanguages" when value.ValueKind == JsonValueKind.Null || AreNames(value):
                return this with { DisabledLanguages = value.ValueKind == JsonValueKind.Null ? NoLanguages : value.EnumerateArray().Select(each => each.GetString()!).ToHashSet() };
            case "disabledLanguages":
                return Refused("a list of language ids, as [\"markdown\", \"plaintext\"], or null", DisabledLanguages.Count == 0 ? "an empty list" : string.Join(", ", DisabledLanguages.Order(StringComparer.Ordinal)));
            case "editorPluginInfo":
                return this with { SendsPluginInfo = value.ValueKind == JsonValueKind.Object };
            default:
                return this; // other programs' options, as every client sends some
        }

        ClientSettings Refused(string wanted, string kept)
        {
            problems.Add($"option {option.Name} is {Quote(value)}, but {wanted} is wanted; {kept} is kept");
            return this;
        }
    }

    private static bool Names(JsonElement value, IEnumerable<string> names) => value.ValueKind == JsonValueKind.String && names.Contains(value.GetString());

    private static bool IsLimit(JsonElement value, out double? limit)
    {
        limit = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number > 0 && double.IsFinite(number) ? number : null;
        return limit is not null || value.ValueKind == JsonValueKind.Null;
    }

    private static bool AreNames(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String && each.GetString() is not "");

    private static string Quote(JsonElement value)
    {
        const int Most = 60;
        string json = value.GetRawText();
        return json.Length > Most ? json[..Most] + "…" : json;
    }
}
