using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CodeExit.Tests.Cli.Hub;

internal sealed record HubRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

internal sealed record HubReply(int Status, byte[] Body)
{
    public HubReply(int status, string body = "") : this(status, Encoding.UTF8.GetBytes(body)) { }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Bytes of the body after which the connection ends, though more were announced.</summary>
    public int? CutAfter { get; init; }

    /// <summary>After the bytes that are sent nothing more comes, and the connection stays open until the other side gives up.</summary>
    public bool Stalls { get; init; }
}

/// <summary>HTTP/1.1 on the loopback interface, one request for each connection; what it answers, and how badly, the test says.</summary>
internal sealed class HubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<HubRequest, HubReply> _answer;

    public HubServer(Func<HubRequest, HubReply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Address { get; }

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                if (await ReadRequestAsync(stream) is not { } request) return;
                Requests.Enqueue(request);
                var reply = _answer(request);
                await WriteAsync(stream, reply);
                if (reply.Stalls) await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
                if (reply.CutAfter is not null) connection.Client.Close(0); // a reset, as a router's
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // the client went away, or the test ended
            }
        }
    }

    private static async Task<HubRequest?> ReadRequestAsync(NetworkStream stream)
    {
        var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync() is not { Length: > 0 } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new HubRequest(first.Split(' ')[1], headers);
    }

    private static async Task WriteAsync(NetworkStream stream, HubReply reply)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Whatever\r\nConnection: close\r\n");
        if (!reply.Headers.ContainsKey("Content-Length")) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        foreach (var (name, value) in reply.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(reply.Body.AsMemory(0, reply.CutAfter ?? reply.Body.Length));
        await stream.FlushAsync();
    }
}
