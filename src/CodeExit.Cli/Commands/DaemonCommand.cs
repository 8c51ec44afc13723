using System.CommandLine;
using CodeExit.Cli.Daemon;
using CodeExit.Cli.Output;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit daemon start|status|stop</c>, and <c>serve</c>, which is the daemon itself.</summary>
internal static class DaemonCommand
{
    public static Command Create(CliHost host) =>
        new("daemon", "The process that keeps the model for all editors.") { Start(host), Status(host), Stop(host), Serve(host) };

    private static Command Start(CliHost host)
    {
        var served = new ServedOptions();
        var json = CommonOptions.Json();
        var command = new Command("start", "Starts the daemon unless it is running. Editors do so by themselves.") { json };
        served.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = served.Read(host, parsed);
            ServiceFactory.Validate(host, options.Served.Settings);
            var link = await DaemonStart.JoinAsync(host, options, null, cancellationToken).ConfigureAwait(false);
            await link.DisposeAsync().ConfigureAwait(false);
            return await ShowAsync(host, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static Command Status(CliHost host)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Shows what the daemon is doing. Wakes nothing and starts nothing.") { json };
        command.SetAction((parsed, cancellationToken) => ShowAsync(host, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Stop(CliHost host)
    {
        var json = CommonOptions.Json();
        var command = new Command("stop", "Lets the daemon answer what is in flight, and ends it.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var pid = await Client(host).StopAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json)) await CliJson.WriteAsync(host.Out, new DaemonStatus(Running: false) { Pid = pid }).ConfigureAwait(false);
            else host.Out.WriteLine(pid is null ? "No daemon is running." : $"The daemon (pid {pid}) has ended.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Serve(CliHost host)
    {
        var served = new ServedOptions();
        var command = new Command(DaemonLauncher.Serve, "The daemon itself; started by the others.") { Hidden = true };
        served.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!OperatingSystem.IsWindows()) Posix.LeaveSession();
            await DaemonProcess.RunAsync(host, served.Read(host, parsed), () => Ready(host), cancellationToken).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Ready(CliHost host)
    {
        host.Out.WriteLine(DaemonLauncher.Ready);
        host.Out.Flush();
        if (!OperatingSystem.IsWindows()) Posix.LetGoOfStandardStreams();
    }

    private static async Task<int> ShowAsync(CliHost host, bool asJson, CancellationToken cancellationToken)
    {
        var status = await Client(host).StatusAsync(cancellationToken).ConfigureAwait(false) ?? new DaemonStatus(Running: false);
        if (asJson) await CliJson.WriteAsync(host.Out, status).ConfigureAwait(false);
        else DaemonView.Write(host.Out, status);
        return ExitCode.Success;
    }

    private static DaemonClient Client(CliHost host) =>
        new(RuntimeDirectory.Named(host.Environment), BuildId.Current(host.Environment), host.Time);
}
