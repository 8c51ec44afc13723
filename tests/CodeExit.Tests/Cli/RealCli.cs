using CodeExit.Cli;
using CodeExit.Cli.Input;

namespace CodeExit.Tests.Cli;

/// <summary>The command line with the real parts behind it.</summary>
internal static class RealCli
{
    /// <summary>Beside the tests: not shared with those of another clone.</summary>
    private static readonly string DataDirectory = Path.Combine(AppContext.BaseDirectory, "data");

    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(
        string[] args, Action<string>? progress = null, Dictionary<string, string>? environment = null, TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CliHost
        {
            Composition = new Composition(name => environment?.GetValueOrDefault(name) ?? (name == "CODEEXIT_DATA_DIR" ? DataDirectory : null)),
            Models = new ModelLocator(AppContext.BaseDirectory, null),
            Out = output,
            Error = error,
            OpenPipes = () => throw new InvalidOperationException("no language server here"),
            Time = time ?? TimeProvider.System,
            Progress = progress ?? (_ => { }),
        };
        var exitCode = await CommandLine.RunAsync(args, host, cancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
