using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Telemetry.Records;

/// <summary>What a slot of the file holds: a request, or what later became of one. Exactly one of them is there.</summary>
internal sealed record RecordEntry(RequestRecord? Request = null, SuggestionFate? Fate = null)
{
    private static readonly RecordJson Json = RecordJson.Default;

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, Json.RecordEntry);

    /// <summary>Null where a slot holds something else, as a later version may write.</summary>
    public static RecordEntry? FromUtf8(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.RecordEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KebabCaseConverter<EnergyLabel>)])]
[JsonSerializable(typeof(RecordEntry))]
internal sealed partial class RecordJson : JsonSerializerContext;
