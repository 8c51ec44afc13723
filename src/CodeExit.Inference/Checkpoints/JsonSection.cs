using System.Text.Json;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// One JSON object of a model folder, read key by key. Every getter checks type and range and fails with a
/// <see cref="CheckpointException"/> that names the file, the key, the value found and what is needed. A key that holds
/// <c>null</c> counts as absent, as in transformers.
/// </summary>
internal sealed class JsonSection
{
    private const int LongestFile = 64 << 20;

    private readonly string _path;
    private readonly JsonElement _object;

    private JsonSection(string file, string path, JsonElement value)
    {
        File = file;
        _path = path;
        _object = value;
    }

    public string File { get; }

    public bool IsEmpty => !_object.EnumerateObject().MoveNext();

    public IEnumerable<string> Keys => _object.EnumerateObject().Select(property => property.Name);

    /// <summary>Reads a whole file, which must hold one JSON object.</summary>
    public static JsonSection Load(string file)
    {
        if (Directory.Exists(file)) throw new CheckpointException($"{file} is a folder; a JSON file is needed.");
        if (!System.IO.File.Exists(file)) throw new CheckpointException($"{file} is missing; a Hugging Face model folder holds it.");
        try
        {
            var length = new FileInfo(file).Length;
            if (length > LongestFile) throw new CheckpointException($"{file} holds {length} bytes; at most {LongestFile} are read.");
            var bytes = System.IO.File.ReadAllBytes(file).AsMemory();
            using var document = StrictJson.ParseObject(bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes, file);
            return new JsonSection(file, "", document.RootElement.Clone());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Load"/>; null where there is no such file.</summary>
    public static JsonSection? LoadIfPresent(string file) => Path.Exists(file) ? Load(file) : null;

    /// <summary>The value, or null where the key is absent or null.</summary>
    public JsonElement? Find(string key) =>
        _object.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Integer(string key, int least, int most) =>
        OptionalInteger(key, least, most) ?? throw Missing(key, $"an integer from {least} to {most}");

    public int? OptionalInteger(string key, int least, int most)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(key, $"an integer from {least} to {most}");
    }

    /// <summary>A finite number above zero, or null where the key is absent.</summary>
    public double? OptionalPositive(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Wrong(key, "a number above 0");
    }

    public double Positive(string key) => OptionalPositive(key) ?? throw Missing(key, "a number above 0");

    public bool Flag(string key, bool otherwise) => Find(key)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    public string? OptionalText(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, "a string");
    }

    public JsonSection? OptionalSection(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Object ? new JsonSection(File, $"{_path}{key}.", value) : throw Wrong(key, "an object");
    }

    public JsonElement[]? OptionalArray(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong(key, "an array");
    }

    public string[]? OptionalTexts(string key)
    {
        if (OptionalArray(key) is not { } items) return null;
        return items.All(item => item.ValueKind == JsonValueKind.String)
            ? Array.ConvertAll(items, item => item.GetString()!)
            : throw Wrong(key, "an array of strings");
    }

    public CheckpointException Missing(string key, string needed) => new($"{File}: \"{_path}{key}\" is missing; {needed} is needed.");

    public CheckpointException Wrong(string key, string needed) =>
        new($"{File}: \"{_path}{key}\" is {(Find(key) is { } value ? Show(value) : "missing")}; {needed} is needed.");

    private static string Show(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");
    }
}
