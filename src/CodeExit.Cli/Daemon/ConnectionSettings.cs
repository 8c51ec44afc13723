using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Cli.Daemon;

/// <summary>Options of <c>codeexit lsp</c> that belong to its connection, under the names that initializationOptions has for them.</summary>
internal sealed record ConnectionSettings
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, DaemonJson.Default.ConnectionSettings);
}
