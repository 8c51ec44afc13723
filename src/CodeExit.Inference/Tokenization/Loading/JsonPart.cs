using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>A value of a JSON file that knows where it stands, so that every complaint names the file and the part.</summary>
internal sealed class JsonPart(string file, string name, JsonElement value)
{
    public bool IsString => value.ValueKind == JsonValueKind.String;

    public bool IsNull => value.ValueKind == JsonValueKind.Null;

    public bool IsZero => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == 0;

    private bool IsTrueOrFalse => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    public CheckpointException Error(string problem) => new($"{file}: {name}: {problem}");

    /// <summary>A member that is neither absent nor JSON's null.</summary>
    public JsonPart? Optional(string member)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Error($"is {Kind}; it must be an object");
        return value.TryGetProperty(member, out var found) && found.ValueKind != JsonValueKind.Null
            ? new JsonPart(file, $"{name}.{member}", found)
            : null;
    }

    public JsonPart Required(string member) => Optional(member) ?? throw Error($"'{member}' is missing");

    public string Text() => IsString ? value.GetString()! : throw Error($"is {Kind}; it must be a string");

    public int Id() => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id)
        ? id
        : throw Error($"is {Kind}; it must be a whole number");

    public bool Flag() => IsTrueOrFalse ? value.GetBoolean() : throw Error($"is {Kind}; it must be true or false");

    public bool Flag(string member, bool absent) => Optional(member)?.Flag() ?? absent;

    public IReadOnlyList<JsonPart> Items()
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Error($"is {Kind}; it must be an array");
        var items = new List<JsonPart>();
        foreach (var item in value.EnumerateArray())
            items.Add(new JsonPart(file, $"{name}[{items.Count}]", item));
        return items;
    }

    private string Kind => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };
}
