using System.Text;

namespace CodeExit.Cli.Daemon;

/// <summary>
/// <c>codeexit lsp</c> with a daemon behind it: bytes between an editor's pipes and a link, and the exit code at the end. It knows nothing
/// of what they say, so that a session whose daemon died cannot be taken up again: its documents and requests died too. The editor starts
/// the server anew and opens its documents, which every client does.
/// </summary>
internal static class Forwarder
{
    /// <param name="log">Takes one line for people.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(Link link, Stream input, Stream output, Action<string> log, CancellationToken cancellationToken)
    {
        _ = SendAsync(link, input, cancellationToken); // a read of standard input ends with the process only
        (FrameKind Kind, ReadOnlyMemory<byte> Payload)? last;
        try
        {
            do last = await link.ReceiveAsync(output, line => log(Encoding.UTF8.GetString(line.Span)), cancellationToken).ConfigureAwait(false);
            while (last?.Kind == FrameKind.Close);
        }
        catch (IOException)
        {
            return ExitCode.Failure; // the editor no longer reads
        }
        if (last is not { Kind: FrameKind.Exit } exit)
        {
            log("codeexit lsp: the daemon died (killed, or a fault: its log may say which). Restart the language server: it starts another one.");
            return ExitCode.Failure;
        }
        if (exit.Payload.Length > 1) log($"codeexit lsp: the daemon ended the session: {Encoding.UTF8.GetString(exit.Payload.Span[1..])}");
        return exit.Payload.Span[0];
    }

    private static async Task SendAsync(Link link, Stream input, CancellationToken cancellationToken)
    {
        try
        {
            await link.SendAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // the daemon is gone: who receives says so
        }
    }
}
