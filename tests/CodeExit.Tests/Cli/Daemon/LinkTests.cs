using System.IO.Pipelines;
using System.Text;
using CodeExit.Cli.Daemon;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class LinkTests
{
    [Fact]
    public async Task SendAsync_AnyBytesInAnyPieces_ArriveAsTheyWereAndThenTheEnd()
    {
        var (here, there) = Pair();
        var sent = new byte[300_000];
        new Random(3).NextBytes(sent);
        var received = new MemoryStream();
        var log = new List<string>();
        await here.WriteAsync(FrameKind.Log, "a line"u8.ToArray(), default);

        var sending = here.SendAsync(new RaggedStream(sent, new Random(4)), default);
        var last = await there.ReceiveAsync(received, line => log.Add(Encoding.UTF8.GetString(line.Span)), default);
        await sending;

        Assert.Equal(FrameKind.Close, last!.Value.Kind);
        Assert.Equal(sent, received.ToArray());
        Assert.Equal(["a line"], log);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0003")]
    [InlineData("\u0003\u0005\0\0\0abc")]
    public async Task ReadAsync_PeerGoneInTheMiddle_GivesNothing(string bytes)
    {
        var link = new Link(new MemoryStream(Encoding.Latin1.GetBytes(bytes)));

        Assert.Null(await link.ReadAsync(default));
    }

    [Theory]
    [InlineData("Content-Length: 20\r\n\r\n")]
    [InlineData("\u0003\u0001\0\u0001\0")]
    [InlineData("\u0003\u0000\0\0\u00ff")]
    public async Task ReadAsync_SomethingElse_IsRefusedBeforeItIsBelieved(string bytes)
    {
        var link = new Link(new MemoryStream(Encoding.Latin1.GetBytes(bytes)));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await link.ReadAsync(default));
    }

    private static (Link Here, Link There) Pair()
    {
        var pipe = new Pipe();
        return (new Link(pipe.Writer.AsStream()), new Link(pipe.Reader.AsStream()));
    }

    /// <summary>Gives what it holds in pieces of random sizes.</summary>
    private sealed class RaggedStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 100_000))], cancellationToken);
    }
}
