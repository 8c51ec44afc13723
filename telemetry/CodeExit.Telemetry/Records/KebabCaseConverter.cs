using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Telemetry.Records;

/// <summary>Enums as reports write them: "measured-counter".</summary>
internal sealed class KebabCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
