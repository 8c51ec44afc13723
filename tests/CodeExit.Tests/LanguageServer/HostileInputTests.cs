using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CodeExit.LanguageServer;
using CodeExit.LanguageServer.Framing;

namespace CodeExit.Tests.LanguageServer;

public sealed class HostileInputTests
{
    private const string Status = """{"jsonrpc":"2.0","id":"s","method":"codeexit/status"}""";

    [Theory]
    [InlineData("Content-Length: -5\r\n\r\n")]
    [InlineData("Content-Length: twelve\r\n\r\n")]
    [InlineData("Content-Length:\r\n\r\n")]
    [InlineData("Content-Length: 5 6\r\n\r\n")]
    [InlineData("Content-Length: 0x10\r\n\r\n")]
    [InlineData("Content-Length: 2147483647\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999999999\r\n\r\n")]
    [InlineData("Content-Type: x\r\n\r\n{\"jsonrpc\":\"2.0\"}")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData(": nameless\r\n\r\n")]
    [InlineData("Content-Length: 3\r\nContent-Length: four\r\n\r\n")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}\n")]
    [InlineData("Content-Length: 10\r\nbroken \u0001\r\n\r\n")]
    public async Task Header_Malformed_IsReportedOnceAndTheNextMessageIsServed(string bytes)
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendBytesAsync(Encoding.Latin1.GetBytes(bytes));
        await server.Client.SendAsync(Status);
        await server.Client.ResultAsync("\"s\"");
        Assert.Equal(-32700, (await server.Client.ErrorAsync("null")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Header_TwoLengths_IsReportedAndTheServerLives()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes($"Content-Length: 3\r\nContent-Length: {Status.Length}\r\n\r\n{Status}"));
        await server.Client.ResultAsync("\"s\""); // the one next to the body was right
        var (code, message) = await server.Client.ErrorAsync("null");
        Assert.Equal(-32700, code);
        Assert.Contains("two Content-Length", message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Header_NeverEnding_IsReportedOnceAndTheNextMessageIsServed()
    {
        TestServer server = await TestServer.StartAsync();
        for (int i = 0; i < 200; i++) await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes(new string('x', 5_000)));
        await server.Client.SendAsync(Status);
        await server.Client.ResultAsync("\"s\"");
        Assert.Equal(-32700, (await server.Client.ErrorAsync("null")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Body_HoldsWhatLooksLikeAHeader_IsSkippedAfterABadLength()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes($$"""Content-Length: 999999999999{{"\r\n\r\n"}}{"text":"Content-Length: 5\r\n\r\nContent-Length: x"}"""));
        await server.Client.SendAsync(Status);
        await server.Client.ResultAsync("\"s\"");
        Assert.Equal(-32700, (await server.Client.ErrorAsync("null")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Length_HugeWithoutABody_AllocatesNothing()
    {
        int length = FrameReader.DefaultMaxBody;
        var reader = new FrameReader(new MemoryStream(Encoding.ASCII.GetBytes($"Content-Length: {length}\r\n\r\n{{")));
        long before = GC.GetAllocatedBytesForCurrentThread(); // a MemoryStream is read on this thread
        Frame frame = await reader.ReadAsync(CancellationToken.None);
        Assert.Equal(FrameKind.End, frame.Kind);
        Assert.Contains($"1 of a message's {length} bytes", frame.Problem, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{\"jsonrpc\":")]
    [InlineData("Content-Length: 100\r\n")]
    [InlineData("Content-Le")]
    public async Task Stream_ClosedInsideAMessage_EndsWithOneAndALogLine(string bytes)
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes(bytes));
        Assert.Equal(1, await server.VanishAsync());
        Assert.Contains(server.Log, line => line.Contains("the stream ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_Throws_EndsWithOneAndCancelsWork()
    {
        var toServer = new Pipe();
        var service = new ScriptedService();
        var output = new BreakingStream(new Pipe().Writer.AsStream());
        Task<int> running = Task.Run(() => CodeExit.LanguageServer.LanguageServer.RunAsync(
            toServer.Reader.AsStream(), output, service, new LanguageServerOptions("1", _ => { }), CancellationToken.None));
        var client = new TestClient(Stream.Null, toServer.Writer.AsStream());
        await client.RequestAsync("initialize", new { capabilities = new { } });
        await client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = TestServer.Uri, languageId = "python", version = 1, text = "x = " } });
        await client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await service.NextCallAsync();
        output.Broken = true;
        await client.RequestAsync("codeexit/status");
        Assert.Equal(1, await running.WaitAsync(TimeSpan.FromSeconds(60)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Result.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Input_Throws_EndsWithOne()
    {
        var log = new List<string>();
        int code = await CodeExit.LanguageServer.LanguageServer.RunAsync(
            new BreakingStream(Stream.Null) { Broken = true }, Stream.Null, new ScriptedService(), new LanguageServerOptions("1", log.Add), CancellationToken.None);
        Assert.Equal(1, code);
        Assert.Contains(log, line => line.Contains("broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_50MB_IsOpenedEditedAndCompleted()
    {
        TestServer server = await TestServer.StartAsync();
        const string Line = "    value = compute(first, second)  # note\n";
        int lines = 50_000_000 / Line.Length;
        await server.OpenAsync(string.Concat(Enumerable.Repeat(Line, lines)));
        await server.ChangeAsync(lines / 2, 4, lines / 2, 9, "other");
        JsonElement item = await server.ItemAsync(TestServer.At(lines / 2, 12), "1");
        Assert.Equal("    other = 1", item.GetProperty("insertText").GetString());
        await server.ShutDownAsync();
    }

    /// <summary>20,000 byte streams, each a true conversation with some bytes flipped, cut, doubled or put in: the server reads each to its end.</summary>
    [Fact]
    public async Task Conversation_Mutated_NeverHangsNorThrows()
    {
        var random = new Random(20261122);
        byte[] conversation = Conversation();
        var options = new LanguageServerOptions("1", _ => { });
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Mutate(random, conversation);
            Stream input = random.Next(8) == 0 ? new TricklingStream(bytes, random.Next(1, 40)) : new MemoryStream(bytes);
            using var service = new ScriptedService { Answers = _ => "1" };
            Task<int> running = Task.Run(() => CodeExit.LanguageServer.LanguageServer.RunAsync(input, Stream.Null, service, options, CancellationToken.None));
            Assert.InRange(await running.WaitAsync(TimeSpan.FromSeconds(60)), 0, 1);
        }
    }

    private static byte[] Conversation()
    {
        string[] bodies =
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{"general":{"positionEncodings":["utf-8"]}}}}""",
            """{"jsonrpc":"2.0","method":"initialized","params":{}}""",
            """{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"u","languageId":"p","version":1,"text":"é😀\r\nx\ud800"}}}""",
            """{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"u"},"contentChanges":[{"range":{"start":{"line":0,"character":1},"end":{"line":1,"character":9}},"text":"\n"}]}}""",
            """{"jsonrpc":"2.0","id":"a","method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"u"},"position":{"line":0,"character":2}}}""",
            """{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"a"}}""",
            """{"jsonrpc":"2.0","id":2,"method":"shutdown"}""",
            """{"jsonrpc":"2.0","method":"exit"}""",
        ];
        return Encoding.UTF8.GetBytes(string.Concat(bodies.Select(body => $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}")));
    }

    private static byte[] Mutate(Random random, byte[] conversation)
    {
        var bytes = new List<byte>(conversation);
        for (int i = random.Next(1, 6); i > 0 && bytes.Count > 2; i--)
        {
            int at = random.Next(bytes.Count - 1);
            int length = Math.Min(random.Next(1, 30), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
                case 4: bytes.InsertRange(at, Encoding.ASCII.GetBytes($"Content-Length: {random.NextInt64(-10, 1L << random.Next(1, 62))}\r\n\r\n")); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class TricklingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }

    /// <summary>A stream whose other side is gone once <see cref="Broken"/>.</summary>
    private sealed class BreakingStream(Stream inner) : Stream
    {
        public volatile bool Broken;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => Use().Flush();

        public override int Read(byte[] buffer, int offset, int count) => Use().Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => Use().Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private Stream Use() => Broken ? throw new IOException("the pipe is broken") : inner;
    }
}
