using System.IO.Pipes;
using CodeExit.Completion;

namespace CodeExit.Cli.Daemon;

/// <summary>
/// Listens, serves each connection and ends: when it is told to, or when nobody was connected for a while. Nothing here runs while
/// nothing happens.
/// </summary>
internal sealed class DaemonServer : IAsyncDisposable
{
    private readonly string _address;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _serving = [];
    private readonly List<Link> _untilTheEnd = [];
    private readonly IdleTimer _editors;
    private NamedPipeServerStream? _listening;

    /// <param name="address">See <see cref="RuntimeDirectory.AddressOf"/>.</param>
    public DaemonServer(string address, TimeSpan exitAfter, TimeProvider time, Action<string> log)
    {
        (_address, _time, _log) = (address, time, log);
        _editors = new IdleTimer(exitAfter, time, () => Stop($"nobody was connected for {exitAfter.TotalSeconds:0.#} s"));
    }

    /// <summary>Fires when connections are to answer what is in flight and end.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Fires when what has not ended by itself is cut off.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Why it ends, for those who are connected.</summary>
    public string StopReason { get; private set; } = "";

    /// <summary>Editors connected.</summary>
    public int Connections => _editors.Users;

    /// <summary>Null while somebody is connected, or where the process stays.</summary>
    public TimeSpan? ExitIn => _editors.Remaining;

    public void Log(string line) => _log(line);

    /// <summary>From here on clients can connect.</summary>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public void Listen()
    {
        _listening = NewPipe();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_address, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _editors.Start();
    }

    /// <summary>Serves until <see cref="Stop"/>, then lets connections end.</summary>
    /// <param name="serve">Serves one client until it is done with.</param>
    public async Task RunAsync(Func<Link, Task> serve)
    {
        try
        {
            while (true)
            {
                if (await AcceptAsync().ConfigureAwait(false) is { } link) Start(link, serve);
            }
        }
        catch (OperationCanceledException)
        {
            // told to stop
        }
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>An editor is connected until what this gives is disposed.</summary>
    public IDisposable Connect() => _editors.Use();

    /// <summary>Keeps a link open until everything else has ended: its end is how a client learns of that.</summary>
    public void HoldUntilTheEnd(Link link)
    {
        lock (_lock) _untilTheEnd.Add(link);
    }

    /// <summary>Listens no more and drains. Does nothing the second time.</summary>
    public void Stop(string reason)
    {
        lock (_lock)
        {
            if (StopReason.Length > 0) return;
            StopReason = reason;
        }
        _log("ends: " + reason);
        _ = _draining.CancelAsync();
    }

    /// <summary>Closes what still waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        _editors.Dispose();
        if (_listening is not null) await _listening.DisposeAsync().ConfigureAwait(false);
        foreach (var link in _untilTheEnd) await link.DisposeAsync().ConfigureAwait(false);
        _draining.Dispose();
        _ending.Dispose();
    }

    /// <returns>Null where whoever came is not this user.</returns>
    private async Task<Link?> AcceptAsync()
    {
        var pipe = _listening!;
        try
        {
            // An accept that nobody awaits any more ends with its pipe.
            await pipe.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Draining).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException refusal)
        {
            _log("refused a connection: " + refusal.Message);
            return null;
        }
        _listening = NewPipe(); // before the other can close: the socket listens while one of them is open
        return new Link(pipe);
    }

    private void Start(Link link, Func<Link, Task> serve)
    {
        var serving = Task.Run(() => serve(link));
        lock (_lock) _serving.Add(serving);
        _ = serving.ContinueWith(
            ended =>
            {
                if (ended.Exception is { } failure) _log($"a connection failed: {failure.GetBaseException()}");
                lock (_lock) _serving.Remove(serving);
            },
            TaskScheduler.Default);
    }

    private async Task EndAsync()
    {
        await _listening!.DisposeAsync().ConfigureAwait(false);
        if (!OperatingSystem.IsWindows()) File.Delete(_address); // those connected keep the socket itself open
        Task all;
        lock (_lock) all = Task.WhenAll(_serving);
        if (await EndsWithinAsync(all, DaemonOptions.DrainTime).ConfigureAwait(false)) return;
        _log("connections did not end by themselves; they are cut off");
        await _ending.CancelAsync().ConfigureAwait(false);
        await EndsWithinAsync(all, DaemonOptions.DrainTime).ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        await task.WaitAsync(time, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // who failed is in the log
        return task.IsCompleted;
    }

    private NamedPipeServerStream NewPipe() => new(
        _address, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
}
