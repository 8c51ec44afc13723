using CodeExit.Cli.Commands;
using CodeExit.Cli.Input;
using CodeExit.Completion;

namespace CodeExit.Cli.Daemon;

/// <summary>The daemon: one model, and a connection for each editor. Holds the lock of its user from its first moment to its last.</summary>
internal sealed class DaemonProcess : IDisposable
{
    /// <summary>The one before may still be giving its weights back.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(15);

    private readonly CliHost _host;
    private readonly IdleUnload _service;
    private readonly DaemonLog _log;
    private readonly long _startedAt;
    private readonly string _address;

    private DaemonProcess(CliHost host, DaemonOptions options, BuildId build, string address, DaemonLog log)
    {
        (_host, _address, _log, _startedAt) = (host, address, log, host.Time.GetTimestamp());
        (Build, Served) = (build, options.Served);
        var service = ServiceFactory.Create(host, host.Models.Resolve(Served.Model), Served.Settings with { Warn = log.Write });
        _service = new IdleUnload(service, options.UnloadAfter, host.Time, Unloaded);
    }

    public BuildId Build { get; }

    public ServedModel Served { get; }

    /// <summary>Serves until it is stopped, or until nobody was connected for long enough.</summary>
    /// <param name="ready">Called once clients can connect.</param>
    /// <param name="cancellationToken">Stops it, as the command does.</param>
    /// <exception cref="DaemonUnavailableException">It cannot listen, or there is another daemon already.</exception>
    public static async Task RunAsync(CliHost host, DaemonOptions options, Action ready, CancellationToken cancellationToken)
    {
        var directory = RuntimeDirectory.Open(host.Environment);
        var build = BuildId.Current(host.Environment);
        var address = directory.AddressOf(build);
        using var only = await FileLock.AcquireAsync(directory.DaemonLock, LockPatience, host.Time, cancellationToken).ConfigureAwait(false)
            ?? throw new DaemonUnavailableException($"another daemon is running and does not end ({directory.DaemonLock} is held)");
        using var log = new DaemonLog(UserData.Directory(host.Environment), host.Time);
        await using var server = new DaemonServer(address, options.ExitAfter, host.Time, log.Write);
        using var daemon = new DaemonProcess(host, options, build, address, log); // the weights go before the server's last links
        try
        {
            directory.RemoveOldSockets();
            server.Listen();
            new DaemonEntry(Environment.ProcessId, address, build).Write(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new DaemonUnavailableException($"the daemon cannot listen at {address}: {exception.Message}");
        }
        log.Write($"build {build.Text} listens at {address} and serves {options.Served}");
        using var stop = cancellationToken.Register(() => server.Stop("the process was told to end"));
        AppDomain.CurrentDomain.UnhandledException += LogFault; // its standard error is nobody's
        try
        {
            ready();
            await server.RunAsync(link => new DaemonConnection(daemon, server, link).RunAsync()).ConfigureAwait(false);
            DaemonEntry.Remove(directory);
        }
        catch (Exception fault)
        {
            log.Write($"failed: {fault}");
            throw;
        }
        finally
        {
            AppDomain.CurrentDomain.UnhandledException -= LogFault;
        }

        void LogFault(object _, UnhandledExceptionEventArgs fault) => log.Write($"failed: {fault.ExceptionObject}");
    }

    public Welcome Welcome(DaemonServer server) => new(Hello.CurrentProtocol, Environment.ProcessId, Build.Text, server.Connections);

    /// <summary>Asks nothing of the model and moves no timer.</summary>
    public DaemonStatus Status(DaemonServer server)
    {
        var service = _service.Status;
        return new DaemonStatus(Running: true)
        {
            Pid = Environment.ProcessId,
            Build = Build.Text,
            UptimeSeconds = _host.Time.GetElapsedTime(_startedAt).TotalSeconds,
            Connections = server.Connections,
            Requests = service.Completed,
            Pending = service.Pending,
            Model = new ModelStatus(service.State, service.Model, service.Device, Served.Model, service.Error),
            ResidentBytes = Environment.WorkingSet,
            UnloadInSeconds = _service.UnloadIn?.TotalSeconds,
            ExitInSeconds = server.ExitIn?.TotalSeconds,
            Socket = _address,
            Log = _log.Path,
        };
    }

    /// <returns>The exit code that LSP asks for.</returns>
    public Task<int> ServeEditorAsync(Stream input, Stream output, ConnectionSettings? settings, Action<string> log, DaemonServer server) =>
        _host.Composition.RunLanguageServerAsync(
            new ConnectionService(_service, settings?.ToDepth() ?? new DepthSettings()), input, output, new EditorConnection(log, server.Draining), server.Ending);

    /// <summary>Gives the weights back.</summary>
    public void Dispose() => _service.Dispose();

    /// <summary>What the collector still holds would be counted as the model's.</summary>
    private void Unloaded()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _log.Write("gave the weights back: nobody had asked for anything for a while");
    }
}
