using System.Text.Json;
using System.Text.Unicode;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// Parses JSON that may be hostile: valid Unicode throughout and no key twice, so that reading any name or string of the result
/// cannot fail later.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    /// <param name="json">UTF-8.</param>
    /// <param name="subject">What is parsed, to begin the message with: a path, or a path and a part of that file.</param>
    /// <exception cref="CheckpointException">Not one JSON object.</exception>
    public static JsonDocument ParseObject(ReadOnlyMemory<byte> json, string subject)
    {
        if (!Utf8.IsValid(json.Span)) throw new CheckpointException($"{subject} is not valid UTF-8.");
        JsonDocument document;
        try
        {
            CheckEscapes(json.Span);
            document = JsonDocument.Parse(json, NoDuplicates);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"{subject} is not valid JSON: {e.Message}", e);
        }
        var kind = document.RootElement.ValueKind;
        if (kind == JsonValueKind.Object) return document;
        document.Dispose();
        throw new CheckpointException($"{subject} holds a JSON {kind}; an object is needed.");
    }

    /// <summary>An escaped lone surrogate ("\ud800") is JSON but no text: the reader throws only once the string is asked for.</summary>
    private static void CheckEscapes(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
        }
    }
}
