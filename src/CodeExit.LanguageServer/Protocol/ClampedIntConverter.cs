using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>
/// Reads any JSON number as the nearest int: a position of 2^31, or a 3.0 from a client without integers, is a matter for whoever knows
/// the document, not a reason to drop an edit.
/// </summary>
internal sealed class ClampedIntConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException("a number is wanted");
        if (reader.TryGetInt32(out int value)) return value;
        return (int)Math.Clamp(reader.GetDouble(), int.MinValue, int.MaxValue);
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
