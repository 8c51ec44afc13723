using System.IO.Pipelines;
using System.Text;
using CodeExit.Cli.Daemon;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class ForwarderTests : IDisposable
{
    private readonly List<string> _log = [];
    private readonly MemoryStream _toEditor = new();

    [Fact]
    public async Task RunAsync_SessionEnds_CopiesBytesAndLogAndEndsWithItsCode()
    {
        var exit = await RunAsync(async daemon =>
        {
            await daemon.WriteAsync(FrameKind.Data, "one "u8.ToArray(), default);
            await daemon.WriteAsync(FrameKind.Log, "a line"u8.ToArray(), default);
            await daemon.WriteAsync(FrameKind.Data, "two"u8.ToArray(), default);
            await daemon.WriteAsync(FrameKind.Close, default, default);
            await daemon.WriteAsync(FrameKind.Exit, new byte[] { 0 }, default);
        });

        Assert.Equal(0, exit);
        Assert.Equal("one two", Encoding.UTF8.GetString(_toEditor.ToArray()));
        Assert.Equal(["a line"], _log);
    }

    [Fact]
    public async Task RunAsync_DaemonEndsTheSession_SaysWhy()
    {
        Assert.Equal(1, await RunAsync(daemon => daemon.WriteAsync(FrameKind.Exit, "\u0001stopped"u8.ToArray(), default)));
        Assert.EndsWith("the daemon ended the session: stopped", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_DaemonDies_SaysSoAndFails()
    {
        Assert.Equal(1, await RunAsync(daemon => daemon.WriteAsync(FrameKind.Data, "half a mess"u8.ToArray(), default)));
        Assert.Contains("the daemon died", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EditorNoLongerReads_Fails()
    {
        var pipe = new Pipe();
        await new Link(pipe.Writer.AsStream()).WriteAsync(FrameKind.Data, "x"u8.ToArray(), default);

        Assert.Equal(1, await Forwarder.RunAsync(new Link(new Duplex(pipe.Reader.AsStream())), Stream.Null, new BrokenStream(), _log.Add, default));
    }

    public void Dispose() => _toEditor.Dispose();

    private async Task<int> RunAsync(Func<Link, Task> daemon)
    {
        var pipe = new Pipe();
        var running = Forwarder.RunAsync(new Link(new Duplex(pipe.Reader.AsStream())), Stream.Null, _toEditor, _log.Add, default);
        await daemon(new Link(pipe.Writer.AsStream()));
        await pipe.Writer.CompleteAsync();
        return await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Gives what a stream holds, and lets what is written go.</summary>
    private sealed class Duplex(Stream from) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => from.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken pipe");
    }
}
