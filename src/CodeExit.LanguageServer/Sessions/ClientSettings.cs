using System.Text.Json;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>What a client may set, by initializationOptions and workspace/didChangeConfiguration; docs/protocol.md describes each.</summary>
internal sealed record ClientSettings
{
    private const int MostTokens = 1024;

    /// <summary>Most tokens of a suggestion; null takes the service's own.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Offer textDocument/completion as well. Only at initialize: capabilities do not change later.</summary>
    public bool TextDocumentCompletion { get; init; }

    /// <summary>LSP ids of languages in which nothing is suggested.</summary>
    public IReadOnlySet<string> DisabledLanguages { get; init; } = new HashSet<string>();

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
                string kept = MaxTokens is { } tokensNow ? $"{tokensNow}" : "the service's own";
                problems.Add($"option maxTokens is {Quote(value)}, but a whole number from 1 to {MostTokens} is wanted; {kept} is kept");
                return this;
            case "textDocumentCompletion" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return this with { TextDocumentCompletion = value.GetBoolean() };
            case "textDocumentCompletion":
                problems.Add($"option textDocumentCompletion is {Quote(value)}, but true or false is wanted; it stays {(TextDocumentCompletion ? "on" : "off")}");
                return this;
            case "disabledLanguages" when value.ValueKind == JsonValueKind.Null:
                return this with { DisabledLanguages = new HashSet<string>() };
            case "disabledLanguages" when Names(value) is { } languages:
                return this with { DisabledLanguages = languages };
            case "disabledLanguages":
                problems.Add($"option disabledLanguages is {Quote(value)}, but a list of language ids is wanted, as [\"markdown\", \"plaintext\"]; what was off before stays off");
                return this;
            case "editorPluginInfo":
                return this with { SendsPluginInfo = value.ValueKind == JsonValueKind.Object };
            default:
                return this; // other programs' options, as every client sends some
        }
    }

    /// <returns>Null where it is no list of names.</returns>
    private static HashSet<string>? Names(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String && each.GetString() is not "")
            ? [.. value.EnumerateArray().Select(each => each.GetString()!)]
            : null;

    private static string Quote(JsonElement value)
    {
        const int Most = 60;
        string json = value.GetRawText();
        return json.Length > Most ? json[..Most] + "…" : json;
    }
}
