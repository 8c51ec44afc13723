using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Cli.Output;

/// <summary>Pairs as DESIGN section 5 has them; objects would triple the size.</summary>
internal sealed class TokenLogitConverter : JsonConverter<TokenLogit>
{
    public override TokenLogit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected [id, logit]");
        reader.Read();
        var token = reader.GetInt32();
        reader.Read();
        var logit = reader.GetSingle();
        reader.Read();
        return new TokenLogit(token, logit);
    }

    public override void Write(Utf8JsonWriter writer, TokenLogit value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Token);
        writer.WriteNumberValue(value.Logit);
        writer.WriteEndArray();
    }
}
