using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CodeExit.Cli.Daemon;

namespace CodeExit.Cli.Output;

/// <summary>One JSON object on one line. Source-generated: reflection would cost more at start-up than the model does.</summary>
internal static class CliJson
{
    private static readonly CliJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // code stays readable: < and é as they are
    });

    public static Task WriteAsync(TextWriter writer, CompletionJson value) => WriteAsync(writer, value, Context.CompletionJson);

    public static Task WriteAsync(TextWriter writer, InspectionJson value) => WriteAsync(writer, value, Context.InspectionJson);

    public static Task WriteAsync(TextWriter writer, ModelDescription value) => WriteAsync(writer, value, Context.ModelDescription);

    public static Task WriteAsync(TextWriter writer, PowerJson value) => WriteAsync(writer, value, Context.PowerJson);

    public static Task WriteAsync(TextWriter writer, DaemonStatus value) => WriteAsync(writer, value, Context.DaemonStatus);

    private static Task WriteAsync<T>(TextWriter writer, T value, JsonTypeInfo<T> type) => writer.WriteLineAsync(JsonSerializer.Serialize(value, type));
}

[JsonSerializable(typeof(CompletionJson))]
[JsonSerializable(typeof(InspectionJson))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(PowerJson))]
[JsonSerializable(typeof(DaemonStatus))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
