using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>
/// Reads begin- and end-of-text ids. Ids outside the vocabulary are dropped, not refused: configuration classes carry default ids,
/// so small models are often saved with ids that they cannot produce.
/// </summary>
internal static class SpecialTokens
{
    public static int? ReadBeginOfText(JsonSection config, int vocabulary)
    {
        foreach (var token in Read(config, "bos_token_id", vocabulary)) return token;
        return null;
    }

    /// <summary>Those of <c>config.json</c> and of <c>generation_config.json</c>, where chat models keep more of them; ascending.</summary>
    public static int[] ReadEndOfText(JsonSection config, string directory, int vocabulary)
    {
        const string Key = "eos_token_id";
        var tokens = new SortedSet<int>(Read(config, Key, vocabulary));
        if (JsonSection.LoadIfPresent(Path.Combine(directory, "generation_config.json")) is { } generation)
        {
            tokens.UnionWith(Read(generation, Key, vocabulary));
        }
        return [.. tokens];
    }

    private static List<int> Read(JsonSection json, string key, int vocabulary)
    {
        var tokens = new List<int>();
        foreach (var value in json.Find(key) is { ValueKind: JsonValueKind.Array } ? json.OptionalArray(key)! : Single(json.Find(key)))
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var token))
            {
                throw json.Wrong(key, "a token id or an array of them");
            }
            if (token >= 0 && token < vocabulary) tokens.Add((int)token);
        }
        return tokens;
    }

    private static JsonElement[] Single(JsonElement? value) => value is { } present ? [present] : [];
}
