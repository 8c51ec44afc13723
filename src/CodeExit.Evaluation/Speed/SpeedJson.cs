using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Evaluation.Speed;

/// <summary>The report as scripts read it.</summary>
public static class SpeedJson
{
    public static string Text(SpeedReport report) => JsonSerializer.Serialize(report, SpeedJsonContext.Default.SpeedReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SpeedReport))]
internal sealed partial class SpeedJsonContext : JsonSerializerContext;
