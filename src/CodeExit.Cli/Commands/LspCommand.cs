using System.CommandLine;
using CodeExit.Cli.Daemon;
using CodeExit.Completion;

namespace CodeExit.Cli.Commands;

/// <summary>
/// <c>codeexit lsp</c>: a language server on standard input and output, which is the daemon's where there can be one. Nothing else may be
/// written to standard output meanwhile.
/// </summary>
internal static class LspCommand
{
    public static Command Create(CliHost host)
    {
        var standalone = new Option<bool>("--standalone") { Description = "Serve from this process, without a daemon." };
        var served = new ServedOptions();
        var depth = new DepthOptions();
        var log = new Option<string?>("--log") { Description = "Append the log to a file. Default: standard error.", HelpName = "FILE" };
        var command = new Command("lsp", "Serves editors over standard input and output.") { standalone, log };
        served.AddTo(command);
        depth.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host, parsed.GetValue(standalone), served.Read(host, parsed), depth.Read(parsed), parsed.GetValue(log), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, bool standalone, DaemonOptions options, DepthSettings depth, string? logFile, CancellationToken cancellationToken)
    {
        ServiceFactory.Validate(host, options.Served.Settings with { Depth = depth });
        using var log = logFile is null
            ? null
            : new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var lines = TextWriter.Synchronized(log ?? host.Error);
        if (!standalone && await JoinAsync(host, options, depth, lines, cancellationToken).ConfigureAwait(false) is { } link)
        {
            await using (link.ConfigureAwait(false))
            {
                var (fromEditor, toEditor) = host.OpenPipes();
                return await Forwarder.RunAsync(link, fromEditor, toEditor, lines.WriteLine, cancellationToken).ConfigureAwait(false);
            }
        }
        return await ServeAloneAsync(host, options, depth, lines, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null where there can be no daemon: a user gets completions all the same.</returns>
    private static async Task<Link?> JoinAsync(CliHost host, DaemonOptions options, DepthSettings depth, TextWriter log, CancellationToken cancellationToken)
    {
        try
        {
            return await DaemonStart.JoinAsync(host, options, new ConnectionSettings(depth), cancellationToken).ConfigureAwait(false);
        }
        catch (DaemonUnavailableException exception)
        {
            log.WriteLine($"codeexit lsp: {exception.Message}. Serving from this process, as with --standalone.");
            return null;
        }
    }

    private static async Task<int> ServeAloneAsync(
        CliHost host, DaemonOptions options, DepthSettings depth, TextWriter log, CancellationToken cancellationToken)
    {
        var settings = options.Served.Settings with { Depth = depth, Warn = log.WriteLine };
        var service = ServiceFactory.Create(host, host.Models.Resolve(options.Served.Model), settings);
        using var idle = new IdleUnload(service, options.UnloadAfter, host.Time);
        var (input, output) = host.OpenPipes();
        return await host.Composition.RunLanguageServerAsync(idle, input, output, new EditorConnection(log.WriteLine), cancellationToken).ConfigureAwait(false);
    }
}
