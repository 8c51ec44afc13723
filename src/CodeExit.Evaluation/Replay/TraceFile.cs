using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Evaluation.Replay;

/// <summary>A trace on disk: JSON, with the files that it types in it, so that it can be repeated where they are not.</summary>
public static class TraceFile
{
    public static void Write(string path, TypingTrace trace) =>
        File.WriteAllText(path, JsonSerializer.Serialize(trace, TraceJsonContext.Default.TypingTrace));

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It holds no trace; says where.</exception>
    public static TypingTrace Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file", path);
        TypingTrace? trace;
        try
        {
            trace = JsonSerializer.Deserialize(File.ReadAllBytes(path), TraceJsonContext.Default.TypingTrace);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: is no trace: {exception.Message}", exception);
        }
        if (trace is null || trace.Sessions.Count == 0) throw new InvalidDataException($"{path}: holds no session");
        for (var index = 0; index < trace.Sessions.Count; index++)
        {
            if (Wrong(trace.Sessions[index]) is { } wrong) throw new InvalidDataException($"{path}: session {index + 1}: {wrong}");
        }
        return trace;
    }

    private static string? Wrong(TypingSession session)
    {
        if (session.Keys.Count == 0) return "has no keys";
        if (session.Keys.FirstOrDefault(key => !(key.DelayMs >= 0 && key.DelayMs <= 3_600_000)) is { } late) return $"delayMs {late.DelayMs}: must be from 0 to 3600000";
        if (session.Keys.Any(key => key.Text.Length == 0)) return "a key has no text";
        var typed = string.Concat(session.Keys.Select(key => key.Text));
        return session.Start >= 0 && session.Start <= session.Text.Length - typed.Length && session.Text.AsSpan(session.Start).StartsWith(typed)
            ? null
            : $"the keys do not write what its text holds from {session.Start} on";
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(TypingTrace))]
internal sealed partial class TraceJsonContext : JsonSerializerContext;
