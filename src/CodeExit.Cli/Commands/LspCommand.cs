using System.CommandLine;
using CodeExit.Cli.Input;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit lsp</c>: a language server on standard input and output. Nothing else may be written to standard output meanwhile.</summary>
internal static class LspCommand
{
    public static Command Create(CliHost host)
    {
        var standalone = new Option<bool>("--standalone") { Description = "Serve from this process, without a daemon." };
        var model = CommonOptions.Model();
        var depth = new DepthOptions();
        var device = CommonOptions.Device();
        var otlp = CommonOptions.Otlp();
        var log = new Option<string?>("--log") { Description = "Append the log to a file. Default: standard error.", HelpName = "FILE" };
        var command = new Command("lsp", "Serves editors over standard input and output.") { standalone, model, device, otlp, log };
        depth.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host,
            parsed.GetValue(standalone),
            host.Models.Resolve(parsed.GetValue(model)),
            new CompletionSettings
            {
                Depth = depth.Read(parsed),
                TakesRequestSettings = true,
                Device = parsed.GetValue(device),
                Otlp = parsed.GetValue(otlp),
            },
            parsed.GetValue(log),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliHost host, bool standalone, ModelLocation model, CompletionSettings settings, string? logFile, CancellationToken cancellationToken)
    {
        using var log = logFile is null
            ? null
            : new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var lines = TextWriter.Synchronized(log ?? host.Error);
        if (!standalone) host.Error.WriteLine("codeexit lsp: this version has no daemon; serving from this process, as with --standalone");
        using var service = ServiceFactory.Create(host, model, settings with { Warn = lines.WriteLine });
        var (input, output) = host.OpenPipes();
        return await host.Composition.RunLanguageServerAsync(service, input, output, lines, cancellationToken).ConfigureAwait(false);
    }
}
