using CodeExit.Completion;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer;

/// <summary>
/// LSP 3.18 over two streams. Documents, settings and cancellation belong to one connection, weights to the service: a daemon runs many
/// connections over one service.
/// </summary>
public static class LanguageServer
{
    /// <summary>
    /// Serves one client until it says exit, closes its stream or <paramref name="cancellationToken"/> fires, then cancels its work.
    /// Throws for nothing that the client sends, nor for broken streams. Neither the streams nor the service are disposed.
    /// </summary>
    /// <returns>The exit code that LSP asks for: 0 after shutdown and exit, otherwise 1.</returns>
    public static async Task<int> RunAsync(
        Stream input, Stream output, ICompletionService service, LanguageServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(options);
        using var connection = new Connection(input, output, service, options, cancellationToken);
        return await connection.RunAsync().ConfigureAwait(false);
    }
}
