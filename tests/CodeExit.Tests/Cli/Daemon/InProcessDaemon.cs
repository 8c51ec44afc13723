using CodeExit.Cli;
using CodeExit.Cli.Daemon;
using CodeExit.Cli.Input;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli.Daemon;

/// <summary>The daemon in this process, on a clock that moves when told to, with a fake model; its socket and its locks are real.</summary>
internal sealed class InProcessDaemon : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CliHost _host;

    public InProcessDaemon()
    {
        _folder.Write("config.json", "{}");
        _host = new CliHost
        {
            Composition = Composition,
            Models = new ModelLocator(_folder.Path, null),
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OpenPipes = () => throw new InvalidOperationException("a daemon has no standard streams"),
            Time = Time,
            Environment = Environment,
        };
    }

    public FakeComposition Composition { get; } = new();

    public SimulatedTime Time { get; } = new();

    public string Folder => _folder.Path;

    public string Log => File.ReadAllText(Path.Combine(_folder.Path, "daemon.log"));

    public ServedModel Served => new(_folder.Path, "auto", false);

    public BuildId Build { get; } = BuildId.Current(_ => null);

    public RuntimeDirectory Directory => RuntimeDirectory.Open(Environment);

    public DaemonClient Client => new(Directory, Build, TimeProvider.System);

    /// <summary>Ends when the daemon has.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public async Task StartAsync(TimeSpan? unloadAfter = null, TimeSpan? exitAfter = null)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new DaemonOptions(Served, unloadAfter ?? DaemonOptions.DefaultUnloadAfter, exitAfter ?? DaemonOptions.DefaultExitAfter);
        Running = Task.Run(() => DaemonProcess.RunAsync(_host, options, ready.SetResult, _stop.Token));
        await Task.WhenAny(ready.Task, Running).WaitAsync(TimeSpan.FromSeconds(30));
        if (Running.IsCompleted) await Running;
    }

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        Running.ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(30));
        _stop.Dispose();
        _folder.Dispose();
    }

    private string? Environment(string name) => name is "CODEEXIT_RUNTIME_DIR" or "CODEEXIT_DATA_DIR" ? _folder.Path : null;
}
