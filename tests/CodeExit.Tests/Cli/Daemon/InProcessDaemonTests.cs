using System.Diagnostics;
using System.IO.Pipes;
using CodeExit.Cli;
using CodeExit.Cli.Daemon;
using CodeExit.Completion;
using Xunit.Abstractions;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class InProcessDaemonTests(ITestOutputHelper output) : IDisposable
{
    private const int Nobody = 65534;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Func<CancellationToken, Task> NoLaunch = _ => throw new InvalidOperationException("nothing was to be started");

    private readonly InProcessDaemon _daemon = new();

    private Hello Hello => Hello.For(Hello.Lsp, _daemon.Build) with { Served = _daemon.Served };

    [Fact]
    public async Task Status_AskedAgainAndAgain_MovesNoTimerAndLoadsNothing()
    {
        await _daemon.StartAsync(exitAfter: TimeSpan.FromSeconds(100));
        _daemon.Time.Advance(40);
        var first = await StatusAsync();
        _daemon.Time.Advance(50);
        var second = await StatusAsync();

        Assert.Equal((60, 10), (first.ExitInSeconds, second.ExitInSeconds));
        Assert.Equal((0, 0), (second.Connections, second.Requests));
        _daemon.Time.Advance(10);
        await _daemon.Running.WaitAsync(Patience);
        Assert.Contains("nobody was connected for 100 s", _daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NobodyForLongEnough_EndsAtThatMomentAndLeavesNothingToFind()
    {
        await _daemon.StartAsync(exitAfter: TimeSpan.FromHours(1));

        _daemon.Time.Advance(3599);
        Assert.NotNull(await _daemon.Client.StatusAsync(default));
        _daemon.Time.Advance(1);
        await _daemon.Running.WaitAsync(Patience);

        Assert.Null(await _daemon.Client.StatusAsync(default));
        Assert.Empty(Directory.GetFiles(_daemon.Folder, "*.sock"));
        await _daemon.StartAsync(); // the locks are free
    }

    [Fact]
    public async Task RunAsync_EditorConnected_StaysUntilItHasLeft()
    {
        _daemon.Composition.Editor = new TaskCompletionSource<int>();
        await _daemon.StartAsync(exitAfter: TimeSpan.FromSeconds(10));
        var link = await _daemon.Client.JoinAsync(Hello, NoLaunch, default);

        _daemon.Time.Advance(1000);
        Assert.Equal(1, (await StatusAsync()).Connections);
        _daemon.Composition.Editor.SetResult(0);
        while (await link.ReadAsync(default) is not null) { } // to its end
        await link.DisposeAsync();
        await Eventually.IsAsync(async () => (await StatusAsync()).Connections == 0, Patience);
        _daemon.Time.Advance(10);

        await _daemon.Running.WaitAsync(Patience);
    }

    [Fact]
    public async Task JoinAsync_Settings_ReachTheConnection()
    {
        await _daemon.StartAsync();
        var settings = new ConnectionSettings("fixed:4", null, null, null);

        var link = await _daemon.Client.JoinAsync(Hello with { Settings = settings }, NoLaunch, default);
        while (await link.ReadAsync(default) is not null) { }

        await link.DisposeAsync();
        var asked = new DepthSettings { Mode = "saver" };
        var served = _daemon.Composition.Served!;
        Assert.Equal(new DepthSettings { Policy = "fixed:4" }, await DepthOfRequestAsync(null));
        Assert.Equal(asked, await DepthOfRequestAsync(asked)); // what the editor says comes first

        async Task<DepthSettings?> DepthOfRequestAsync(DepthSettings? depth)
        {
            await served.CompleteAsync(new CompletionRequest("x", 1) { Depth = depth }, default);
            return _daemon.Composition.Request!.Depth;
        }
    }

    [Fact]
    public async Task StopAsync_EditorConnected_TellsItAndReturnsWhenAllIsGivenBack()
    {
        _daemon.Composition.Editor = new TaskCompletionSource<int>();
        await _daemon.StartAsync();
        var link = await _daemon.Client.JoinAsync(Hello, NoLaunch, default);

        var stopped = await _daemon.Client.StopAsync(default).WaitAsync(Patience);

        Assert.Equal(Environment.ProcessId, stopped);
        Assert.True(_daemon.Composition.ServiceDisposed);
        var exit = await ExitAsync(link);
        Assert.Equal((1, "stopped"), exit);
        Assert.Null(await _daemon.Client.StopAsync(default));
    }

    [Fact]
    public async Task JoinAsync_OtherSettingsWhileAnEditorIsServed_SaysWhoServesWhat()
    {
        _daemon.Composition.Editor = new TaskCompletionSource<int>();
        await _daemon.StartAsync();
        var link = await _daemon.Client.JoinAsync(Hello, NoLaunch, default);
        await using var first = link;

        var other = Hello with { Served = _daemon.Served with { Device = "cpu" } };
        var refusal = await Assert.ThrowsAsync<CliException>(() => _daemon.Client.JoinAsync(other, NoLaunch, default));

        Assert.Contains("to another editor, and here", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("device cpu", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await StatusAsync()).Connections); // the first is still there
    }

    [Fact]
    public async Task JoinAsync_OtherSettingsAndNobodyServed_ReplacesTheDaemon()
    {
        await _daemon.StartAsync();
        var other = Hello with { Served = _daemon.Served with { Device = "cpu" } };
        var launched = false;

        await Assert.ThrowsAsync<DaemonUnavailableException>(() => _daemon.Client.JoinAsync(other, Launch, default)); // nobody listens after it

        Assert.True(launched);
        async Task Launch(CancellationToken stop)
        {
            await _daemon.Running.WaitAsync(Patience, stop); // never two models: the first has ended
            launched = true;
        }
    }

    [Fact]
    public async Task RunAsync_AnotherDaemonHoldsTheLock_EndsWithOneLine()
    {
        using var held = FileLock.TryAcquire(_daemon.Directory.DaemonLock);
        var starting = _daemon.StartAsync();

        while (!starting.IsCompleted)
        {
            _daemon.Time.Advance(1);
            await Task.Yield();
        }

        var refusal = await Assert.ThrowsAsync<DaemonUnavailableException>(() => starting);
        Assert.Contains("another daemon is running", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_ClientsThatSpeakSomethingElse_HarmNobody()
    {
        await _daemon.StartAsync();
        foreach (var bytes in (byte[][])[[], [1], "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [1, 2, 0, 0, 0, 0x7b, 0x7d], [1, 3, 0, 0, 0, 1, 2, 3], [3, 1, 0, 0, 0, 0]])
        {
            await using var pipe = new NamedPipeClientStream(".", _daemon.Directory.AddressOf(_daemon.Build), PipeDirection.InOut, PipeOptions.Asynchronous);
            await pipe.ConnectAsync();
            await pipe.WriteAsync(bytes);
        }

        Assert.Equal(0, (await StatusAsync()).Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0002\u0007\0\0\0no json")]
    public async Task Client_AnswerThatIsNoWelcome_SaysWhoGaveIt(string answer)
    {
        var address = _daemon.Directory.AddressOf(_daemon.Build);
        await using var server = new NamedPipeServerStream(address, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        new DaemonEntry(1, address, _daemon.Build).Write(_daemon.Directory);
        var answering = Task.Run(async () =>
        {
            await server.WaitForConnectionAsync();
            await server.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer));
        });

        var refusal = await Assert.ThrowsAsync<DaemonUnavailableException>(() => _daemon.Client.JoinAsync(Hello, NoLaunch, default));

        await answering;
        Assert.Contains("does not answer as a daemon does", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_AnotherUser_IsRefusedByItsUid()
    {
        if (!OperatingSystem.IsLinux() || !IsRoot()) return;
        await _daemon.StartAsync();
        // What no daemon would leave so: the folder and the socket are everybody's, so that only the uid stands in the way.
        var socket = _daemon.Directory.AddressOf(_daemon.Build);
        File.SetUnixFileMode(_daemon.Folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);

        var said = await AsNobodyAsync("my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die \"no connection: $!\"; my $n = sysread($s, my $b, 1); print defined $n ? \"end\" : \"broken\";", socket);

        Assert.Contains(said, (string[])["end", "broken"]); // it came as far as the socket, and was told nothing
        await Eventually.IsAsync(() => _daemon.Log.Contains("refused a connection", StringComparison.Ordinal), Patience);
        Assert.Contains($"{Nobody}", _daemon.Log, StringComparison.Ordinal);
        Assert.NotNull(await _daemon.Client.StatusAsync(default)); // others are served as before
    }

    [Fact]
    public async Task Client_SocketOfAnotherUser_IsNotTalkedTo()
    {
        if (!OperatingSystem.IsLinux() || !IsRoot()) return;
        File.SetUnixFileMode(_daemon.Folder, (UnixFileMode)0b111_111_111);
        var directory = RuntimeDirectory.Named(name => name == "CODEEXIT_RUNTIME_DIR" ? _daemon.Folder : null);
        var socket = Path.Combine(_daemon.Folder, "foreign.sock");
        // Under its name only once it listens: bind makes the file, and who connects before listen is refused.
        var listening = AsNobodyAsync(
            "my $s = IO::Socket::UNIX->new(Local => \"$ARGV[0].new\", Listen => 1) or die \"no socket: $!\"; rename \"$ARGV[0].new\", $ARGV[0]; my $c = $s->accept; print sysread($c, my $b, 1);", socket);
        await Eventually.IsAsync(() => File.Exists(socket), Patience);
        new DaemonEntry(1, socket, _daemon.Build).Write(directory);

        var client = new DaemonClient(directory, _daemon.Build, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<DaemonUnavailableException>(() => client.StatusAsync(default));

        Assert.Contains("is not this user's", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("0", await listening); // not one byte
    }

    public void Dispose() => _daemon.Dispose();

    private bool IsRoot()
    {
        if (Environment.UserName == "root") return true;
        output.WriteLine("not run: only root can be another user for a moment");
        return false;
    }

    private async Task<DaemonStatus> StatusAsync() => (await _daemon.Client.StatusAsync(default))!;

    private static async Task<(int Code, string Reason)> ExitAsync(Link link)
    {
        while (await link.ReadAsync(default) is { } frame)
        {
            if (frame.Kind == FrameKind.Exit) return (frame.Payload.Span[0], System.Text.Encoding.UTF8.GetString(frame.Payload.Span[1..]));
        }
        throw new InvalidOperationException("no exit code came");
    }

    private static async Task<string> AsNobodyAsync(string perl, string argument)
    {
        var start = new ProcessStartInfo("setpriv", [$"--reuid={Nobody}", "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e", perl, argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, await error);
        return await said;
    }
}
