using System.CommandLine;
using CodeExit.Cli.Commands;
using CodeExit.Cli.Daemon;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;

namespace CodeExit.Cli;

/// <summary>From arguments to an exit code. Whatever goes wrong ends as one line on standard error, never as a stack trace.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CliHost host, CancellationToken cancellationToken = default)
    {
        try
        {
            // File names may begin with '@': no response files.
            var parsed = Root(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (parsed.Errors.Count > 0) return Fail(host, ExitCode.Usage, parsed.Errors[0].Message + Hint(parsed));
            var invocation = new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false };
            // Told to end by a signal, a command has 2 s; the daemon has requests in flight.
            if (parsed.CommandResult.Command.Name == DaemonLauncher.Serve) invocation.ProcessTerminationTimeout = DaemonOptions.LongestEnd;
            var code = await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
            await host.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (UsageException exception)
        {
            return Fail(host, ExitCode.Usage, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled; // Ctrl-C: the user knows
        }
        catch (Exception exception) when (exception is CliException or DaemonUnavailableException or CheckpointException or GpuException or DeviceLostException or IOException or UnauthorizedAccessException)
        {
            return Fail(host, ExitCode.Failure, exception.Message);
        }
        catch (Exception exception)
        {
            return Fail(host, ExitCode.Failure, $"unexpected {exception.GetType().Name}: {exception.Message}");
        }
    }

    private static RootCommand Root(CliHost host) => new("Local code completion that says what it costs.")
    {
        CompleteCommand.Create(host),
        InspectCommand.Create(host),
        LspCommand.Create(host),
        DaemonCommand.Create(host),
        new Command("bench", "Measures.")
        {
            BenchSpeedCommand.Create(host), BenchPoliciesCommand.Create(host), BenchEnergyCommand.Create(host), BenchReplayCommand.Create(host),
        },
        TuneCommand.Create(host),
        CalibrateCommand.Create(host),
        PowerCommand.Create(host),
        ModelCommand.Create(host),
    };

    private static string Hint(ParseResult parsed)
    {
        var path = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            path.Insert(0, result.Parent is null ? "codeexit" : result.Command.Name);
        }
        return $" See {string.Join(' ', path)} --help.";
    }

    private static int Fail(CliHost host, int code, string message)
    {
        host.Error.WriteLine("codeexit: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
