using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CodeExit.LanguageServer.Framing;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>Everything that is said to the client, from any thread; nothing here waits for it to read.</summary>
internal sealed class Client(FrameWriter writer, Action<string> log)
{
    // Escapes only what JSON must: suggestions are code, full of quotes and angle brackets, and nothing here ends up in HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Our own requests that the client has not answered yet.
    private readonly ConcurrentDictionary<RequestId, TaskCompletionSource<bool>> _asked = new();
    private long _lastId;

    public void Respond<T>(RequestId id, T result, JsonTypeInfo<T> type) => Post(json =>
    {
        json.WritePropertyName("id");
        json.WriteRawValue(id.Json);
        json.WritePropertyName("result"); // there even when null: Neovim drops a reply that has neither result nor error
        JsonSerializer.Serialize(json, result, type);
    });

    /// <param name="id">Null where the request's id could not be read.</param>
    public void RespondError(RequestId? id, ErrorCode code, string message) => Post(json =>
    {
        json.WritePropertyName("id");
        json.WriteRawValue(id?.Json ?? "null");
        json.WriteStartObject("error");
        json.WriteNumber("code", (int)code);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public void Notify<T>(string method, T parameters, JsonTypeInfo<T> type) => Post(json => WriteCall(json, method, parameters, type));

    /// <summary>Puts one line before the user's eyes.</summary>
    public void Show(MessageType type, string message)
        => Notify("window/showMessage", new ShowMessageParams((int)type, $"CodeExit: {message}"), ProtocolJson.Default.ShowMessageParams);

    /// <returns>Whether the client agreed.</returns>
    public Task<bool> AskAsync<T>(string method, T parameters, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var id = new RequestId(Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture));
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        Post(json =>
        {
            json.WritePropertyName("id");
            json.WriteRawValue(id.Json);
            WriteCall(json, method, parameters, type);
        });
        return answer.Task.WaitAsync(cancellationToken);
    }

    public void TakeResponse(IncomingMessage response)
    {
        if (response.Id is { } id && _asked.TryRemove(id, out TaskCompletionSource<bool>? answer)) answer.SetResult(!response.IsError);
        else log($"a response to nothing that was asked (id {response.Id?.Json ?? "null"}): ignored");
    }

    private static void WriteCall<T>(Utf8JsonWriter json, string method, T parameters, JsonTypeInfo<T> type)
    {
        json.WriteString("method", method);
        json.WritePropertyName("params");
        JsonSerializer.Serialize(json, parameters, type);
    }

    private void Post(Action<Utf8JsonWriter> writeMembers)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            writeMembers(json);
            json.WriteEndObject();
        }
        writer.Post(body.WrittenSpan);
    }
}
