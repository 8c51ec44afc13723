using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CodeExit.Cli.Daemon;

/// <summary>Starts a daemon that outlives whoever starts it, and waits until it listens.</summary>
/// <param name="program">This program and what comes before a command: <c>codeexit</c>, or <c>dotnet codeexit.dll</c>.</param>
internal sealed class DaemonLauncher(IReadOnlyList<string> program)
{
    /// <summary>The command that is the daemon: <c>codeexit daemon serve</c>.</summary>
    public const string Serve = "serve";

    /// <summary>What the daemon says on its standard output once it listens. Anything else is why it does not.</summary>
    public const string Ready = "ready";

    /// <summary>A busy machine starts a process in a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A shell in between, which ends at once: so the daemon is nobody's child. Editors that end a server with all its children
    /// (vscode-languageclient does) would take a child's model from every other window.
    /// </summary>
    private const string InBackground = "\"$0\" \"$@\" </dev/null 2>&1 &";

    /// <summary>Of the program that runs now.</summary>
    /// <returns>Null where its path is not known.</returns>
    public static DaemonLauncher? OfThisProgram()
    {
        if (Environment.ProcessPath is not { } process) return null;
        var isHosted = Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new DaemonLauncher(isHosted ? [process, Path.Combine(AppContext.BaseDirectory, "codeexit.dll")] : [process]);
    }

    /// <exception cref="DaemonUnavailableException">It did not come up; the message is its own.</exception>
    public async Task StartAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        string[] command = [.. program, "daemon", Serve, .. Arguments(options)];
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..]) { CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", ["-c", InBackground, .. command]);
        start.RedirectStandardOutput = true;
        start.WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory); // a daemon keeps nobody's folder from being unmounted
        try
        {
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            if (said != Ready) throw new DaemonUnavailableException("the daemon did not start: " + (said ?? "it said nothing"));
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new DaemonUnavailableException($"the daemon cannot be started: {exception.Message}");
        }
        catch (TimeoutException)
        {
            throw new DaemonUnavailableException($"the daemon did not say that it listens within {Patience.TotalSeconds:0} s");
        }
    }

    private static IEnumerable<string> Arguments(DaemonOptions options)
    {
        yield return "--model";
        yield return options.Served.Model;
        yield return "--device";
        yield return options.Served.Device;
        if (options.Served.Otlp) yield return "--otlp";
        yield return "--unload-after";
        yield return Seconds(options.UnloadAfter);
        yield return "--exit-after";
        yield return Seconds(options.ExitAfter);
    }

    private static string Seconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? "0" : time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
