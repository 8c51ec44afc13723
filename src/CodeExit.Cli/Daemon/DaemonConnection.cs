using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CodeExit.Cli.Daemon;

/// <summary>What a daemon does for one client: greets it, and then serves its editor, tells what it is doing, or ends.</summary>
internal sealed class DaemonConnection(DaemonProcess daemon, DaemonServer server, Link link)
{
    /// <summary>Whoever connects says what they want in one message.</summary>
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(10);

    private const int LongestLine = 8192;

    /// <summary>How long a client may take to read the last of its answers.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public async Task RunAsync()
    {
        try
        {
            var hello = await HelloAsync().ConfigureAwait(false);
            switch (hello?.Action)
            {
                case Hello.Lsp:
                    await GreetAsync(hello).ConfigureAwait(false);
                    break;
                case Hello.Status:
                    await AnswerAsync(daemon.Status(server), DaemonJson.Default.DaemonStatus).ConfigureAwait(false);
                    break;
                case Hello.Stop:
                    await AnswerAsync(daemon.Welcome(server), DaemonJson.Default.Welcome).ConfigureAwait(false);
                    server.HoldUntilTheEnd(link);
                    server.Stop(hello.Build == daemon.Build.Text ? "stopped" : $"stopped by build {hello.Build}");
                    return;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidDataException or JsonException)
        {
            server.Log($"a client is gone: {exception.Message}");
        }
        await link.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<Hello?> HelloAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(server.Ending);
        patience.CancelAfter(HelloTime);
        var frame = await link.ReadAsync(patience.Token).ConfigureAwait(false);
        return frame is { Kind: FrameKind.Hello } hello ? JsonSerializer.Deserialize(hello.Payload.Span, DaemonJson.Default.Hello) : null;
    }

    private async Task GreetAsync(Hello hello)
    {
        var welcome = daemon.Welcome(server); // of the others that are connected
        if (hello.Protocol != Hello.CurrentProtocol) welcome = welcome with { Refusal = $"it speaks version {Hello.CurrentProtocol} and was asked for {hello.Protocol}" };
        else if (hello.Served != daemon.Served) welcome = welcome with { Refusal = "it serves something else", Serves = daemon.Served };
        if (welcome.Refusal is not null)
        {
            // Never counted: who is refused may ask again at once, and must not meet itself.
            await AnswerAsync(welcome, DaemonJson.Default.Welcome).ConfigureAwait(false);
            return;
        }

        byte[] farewell;
        using (server.Connect())
        {
            await AnswerAsync(welcome, DaemonJson.Default.Welcome).ConfigureAwait(false);
            server.Log($"an editor connected ({server.Connections})");
            var code = await ServeAsync(hello.Settings).ConfigureAwait(false);
            server.Log($"an editor left, exit code {code}");
            farewell = [(byte)code, .. Encoding.UTF8.GetBytes(server.StopReason)];
        }
        await link.WriteAsync(FrameKind.Exit, farewell, server.Ending).ConfigureAwait(false);
    }

    /// <returns>The exit code that LSP asks for.</returns>
    private async Task<int> ServeAsync(ConnectionSettings? settings)
    {
        var (fromClient, toClient) = (new Pipe(), new Pipe());
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(server.Ending);
        var receiving = ReceiveAsync(fromClient.Writer, gone.Token);
        var sending = link.SendAsync(toClient.Reader.AsStream(), gone.Token);
        var code = await daemon.ServeEditorAsync(fromClient.Reader.AsStream(), toClient.Writer.AsStream(), settings, Log, server).ConfigureAwait(false);

        await toClient.Writer.CompleteAsync().ConfigureAwait(false);
        await sending.WaitAsync(Farewell, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gone.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(receiving, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return code;
    }

    private async Task ReceiveAsync(PipeWriter editor, CancellationToken cancellationToken)
    {
        try
        {
            await link.ReceiveAsync(editor.AsStream(leaveOpen: true), static _ => { }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await editor.CompleteAsync().ConfigureAwait(false); // to the server, a client that is gone has closed its stream
        }
    }

    /// <summary>A line for this editor's own log; nobody waits for it.</summary>
    private void Log(string line) => _ = LogAsync(line.Length > LongestLine ? line[..LongestLine] : line);

    private async Task LogAsync(string line) =>
        await link.WriteAsync(FrameKind.Log, Encoding.UTF8.GetBytes(line), server.Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task AnswerAsync<T>(T answer, JsonTypeInfo<T> type) =>
        link.WriteAsync(FrameKind.Welcome, JsonSerializer.SerializeToUtf8Bytes(answer, type), server.Ending);
}
