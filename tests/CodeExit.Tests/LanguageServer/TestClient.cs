using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

/// <summary>
/// An LSP client over any pair of streams (in memory, or a process's stdio) that shares no code with the server. Every message must be
/// taken by the test: one that nobody expected fails <see cref="CloseAsync"/>.
/// </summary>
internal sealed class TestClient
{
    /// <summary>Only to end a test that would hang.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream _toServer;
    private readonly Lock _lock = new();
    private readonly List<JsonElement> _unread = [];
    private readonly List<(Func<JsonElement, bool> Wanted, TaskCompletionSource<JsonElement> Taken)> _waiting = [];
    private readonly Task _reading;
    private Exception? _ended;
    private int _lastId;

    public TestClient(Stream fromServer, Stream toServer)
    {
        _toServer = toServer;
        _reading = Task.Run(() => ReadAsync(new BufferedStream(fromServer)));
    }

    /// <summary>Sends a request and gives its result.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null) => await ResultAsync(await RequestAsync(method, parameters));

    /// <summary>Sends a request and gives the error that it has to end with.</summary>
    public async Task<(int Code, string Message)> FailAsync(string method, object? parameters = null) => await ErrorAsync(await RequestAsync(method, parameters));

    public async Task<string> RequestAsync(string method, object? parameters = null)
    {
        string id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        await SendAsync(parameters is null
            ? $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"}"""
            : $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{JsonSerializer.Serialize(parameters)}} }""");
        return id;
    }

    public Task NotifyAsync(string method, object? parameters = null)
        => SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{JsonSerializer.Serialize(parameters ?? new { })}} }""");

    public Task CancelAsync(string id) => SendAsync($$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{id}} } }""");

    /// <summary>Not for two threads at once. Sends one body with the right header.</summary>
    public Task SendAsync(string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return SendBytesAsync([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
    }

    public async Task SendBytesAsync(byte[] bytes)
    {
        await _toServer.WriteAsync(bytes).AsTask().WaitAsync(Patience);
        await _toServer.FlushAsync().WaitAsync(Patience);
    }

    /// <param name="id">JSON text of the id: 1 or "a".</param>
    public async Task<JsonElement> ResultAsync(string id)
    {
        JsonElement response = await ResponseAsync(id);
        Assert.True(response.TryGetProperty("result", out JsonElement result), $"no result but {response}");
        Assert.False(response.TryGetProperty("error", out _), "result and error at once");
        return result;
    }

    public async Task<(int Code, string Message)> ErrorAsync(string id)
    {
        JsonElement response = await ResponseAsync(id);
        Assert.True(response.TryGetProperty("error", out JsonElement error), $"no error but {response}");
        Assert.False(response.TryGetProperty("result", out _), "result and error at once");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    public Task<JsonElement> ResponseAsync(string id)
        => TakeAsync(message => !message.TryGetProperty("method", out _) && message.GetProperty("id").GetRawText() == id, $"a response to {id}");

    /// <summary>The next notification or request of the server with this method: its parameters.</summary>
    public async Task<JsonElement> TakeCallAsync(string method) => (await TakeAsync(message => IsCall(message, method), method)).GetProperty("params");

    /// <summary>Answers the server's next request with this method.</summary>
    /// <param name="answer">A member of the response: "result":null or "error":{…}.</param>
    public async Task<JsonElement> AnswerAsync(string method, string answer = "\"result\":null")
    {
        JsonElement request = await TakeAsync(message => IsCall(message, method), method);
        await SendAsync($$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetRawText()}},{{answer}}}""");
        return request.GetProperty("params");
    }

    /// <summary>Closes our end, waits until the server has closed its own, and fails if it said anything that was not taken.</summary>
    public async Task CloseAsync()
    {
        await _toServer.DisposeAsync();
        await _reading.WaitAsync(Patience);
        AssertNothingUnread();
    }

    public void AssertNothingUnread()
    {
        lock (_lock) Assert.True(_unread.Count == 0, $"nobody expected {string.Join("\n", _unread)}");
    }

    private async Task<JsonElement> TakeAsync(Func<JsonElement, bool> wanted, string what)
    {
        var taken = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            int at = _unread.FindIndex(message => wanted(message));
            if (at >= 0)
            {
                taken.SetResult(_unread[at]);
                _unread.RemoveAt(at);
            }
            else if (_ended is not null)
            {
                throw new InvalidOperationException($"the server closed its stream; {what} was awaited", _ended);
            }
            else
            {
                _waiting.Add((wanted, taken));
            }
        }
        try
        {
            return await taken.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not come; unread: {string.Join("\n", _unread)}");
        }
    }

    private static bool IsCall(JsonElement message, string method) => message.TryGetProperty("method", out JsonElement name) && name.GetString() == method;

    private async Task ReadAsync(Stream stream)
    {
        try
        {
            while (true) Take(JsonDocument.Parse(await ReadBodyAsync(stream)).RootElement.Clone());
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                _ended = exception;
                foreach (var (_, taken) in _waiting) taken.TrySetException(new InvalidOperationException("the server closed its stream", exception));
            }
        }
    }

    private void Take(JsonElement message)
    {
        Assert.Equal("2.0", message.GetProperty("jsonrpc").GetString());
        lock (_lock)
        {
            int at = _waiting.FindIndex(waiting => waiting.Wanted(message));
            if (at < 0)
            {
                _unread.Add(message);
                return;
            }
            _waiting[at].Taken.SetResult(message);
            _waiting.RemoveAt(at);
        }
    }

    private static async Task<byte[]> ReadBodyAsync(Stream stream)
    {
        int length = -1;
        byte[] one = new byte[1];
        var line = new StringBuilder();
        while (true)
        {
            await stream.ReadExactlyAsync(one);
            line.Append((char)one[0]);
            if (one[0] != '\n') continue;
            string header = line.ToString();
            Assert.EndsWith("\r\n", header, StringComparison.Ordinal);
            if (header == "\r\n") break;
            if (header.StartsWith("Content-Length: ", StringComparison.Ordinal)) length = int.Parse(header["Content-Length: ".Length..^2], CultureInfo.InvariantCulture);
            line.Clear();
        }
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body);
        return body;
    }
}
