using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>For methods that take no parameters, and for those whose parameters do not matter.</summary>
internal sealed record NoParams
{
    public static NoParams Any { get; } = new();
}

/// <param name="Id">A string or a number, as the request had it.</param>
internal sealed record CancelParams(JsonElement Id);

internal sealed record SetTraceParams(string Value);

internal sealed record LogTraceParams(string Message);

internal sealed record DidChangeConfigurationParams(JsonElement? Settings = null);

internal enum MessageType
{
    Error = 1,
    Warning = 2,
}

/// <param name="Type">A <see cref="MessageType"/>.</param>
internal sealed record ShowMessageParams(int Type, string Message);

internal sealed record ProgressCreateParams(string Token);

internal sealed record ProgressParams(string Token, ProgressValue Value);

/// <param name="Kind">"begin" or "end".</param>
internal sealed record ProgressValue(
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null);

/// <summary>Copilot's status line. <paramref name="Kind"/>: "Normal", "Error", "Warning" or "Inactive".</summary>
internal sealed record DidChangeStatusParams(string Kind, bool Busy, string Message);
