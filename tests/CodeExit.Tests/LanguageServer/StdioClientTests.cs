using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace CodeExit.Tests.LanguageServer;

/// <summary>A client that knows only the specification, with the real process and the embedded model on the other side.</summary>
public sealed class StdioClientTests(ITestOutputHelper output)
{
    private const string Uri = "file:///code/sample.py";

    private static readonly string[] Typed =
    [
        "import os\n", "def read(path):\n", "    with open(path) as handle:\n", "        return handle.read()\n", "x", " = ", "(", ")", "é", "𝒳", "\t", "# why\n", "",
    ];

    [Fact]
    public async Task Session_EditsCompletionsCancelsSupersedes_EndsWithoutError()
    {
        using var server = new StdioProcess();
        var client = server.Client;
        await InitializeAsync(client);
        var document = new List<string> { "import os", "", "" };
        await client.NotifyAsync(
            "textDocument/didOpen", new { textDocument = new { uri = Uri, languageId = "python", version = 1, text = string.Join('\n', document) } });
        var random = new Random(9);
        var latencies = new List<double>();
        var (superseded, cancelled) = (0, 0);
        for (var edit = 0; edit < 200; edit++)
        {
            await ChangeAsync(client, random, document, version: edit + 2);
            var position = RandomPosition(random, document);
            var began = Stopwatch.GetTimestamp();
            var id = await client.RequestAsync("textDocument/inlineCompletion", new { textDocument = new { uri = Uri }, position, context = new { triggerKind = 2 } });
            switch (edit % 4)
            {
                case 1: // typed on: the newer request supersedes this one, unless it was answered already
                    var newer = await client.RequestAsync("textDocument/inlineCompletion", new { textDocument = new { uri = Uri }, position });
                    if ((await client.ResultAsync(id)).ValueKind == JsonValueKind.Null) superseded++;
                    AssertItems(await client.ResultAsync(newer), document);
                    break;
                case 2: // given up: cancelled, unless it was answered already
                    await client.CancelAsync(id);
                    var response = await client.ResponseAsync(id);
                    if (!response.TryGetProperty("error", out var error)) break;
                    Assert.Equal(-32800, error.GetProperty("code").GetInt32());
                    cancelled++;
                    break;
                default:
                    AssertItems(await client.ResultAsync(id), document);
                    latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    break;
            }
        }
        var status = await client.CallAsync("codeexit/status");
        await client.CallAsync("shutdown");
        await client.NotifyAsync("exit");
        var (exitCode, log) = await server.EndAsync();

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("Exception", log, StringComparison.Ordinal);
        Assert.Equal("ready", status.GetProperty("state").GetString());
        Assert.True(superseded > 0 && cancelled > 0, $"{superseded} superseded and {cancelled} cancelled: the test shows nothing");
        client.AssertNothingUnread();
        latencies.Sort();
        output.WriteLine($"request to answer: p50 {latencies[latencies.Count / 2]:f1} ms, p95 {latencies[latencies.Count * 95 / 100]:f1} ms; {superseded} superseded, {cancelled} cancelled");
    }

    [Fact]
    public async Task Session_TwoThousandRequests_KeepsMemoryFlat()
    {
        using var server = new StdioProcess();
        var client = server.Client;
        await InitializeAsync(client);
        await client.NotifyAsync(
            "textDocument/didOpen", new { textDocument = new { uri = Uri, languageId = "python", version = 1, text = "import os\n\npath = " } });
        await client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { maxTokens = 4 } });
        await RequestsAsync(client, 0, 1000);
        var before = server.ResidentBytes;
        await RequestsAsync(client, 1000, 2000);
        var after = server.ResidentBytes;

        output.WriteLine($"resident: {before >> 20} MiB after 1,000 requests, {after >> 20} MiB after 3,000");
        // A leaked prompt or cache alone would be 2,000 × 100 KB. What the collector keeps for the next generation moves by 20 MiB by itself.
        Assert.InRange(after - before, long.MinValue, 64 << 20);
        await client.CallAsync("shutdown");
        await client.NotifyAsync("exit");
        Assert.Equal(0, (await server.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Session_ClientVanishes_ProcessEnds()
    {
        using var server = new StdioProcess();
        await InitializeAsync(server.Client);
        await server.Client.CloseAsync();

        Assert.Equal(1, (await server.EndAsync()).ExitCode);
    }

    private static async Task InitializeAsync(TestClient client)
    {
        var result = await client.CallAsync("initialize", new { processId = Environment.ProcessId, rootUri = (string?)null, capabilities = new { } });
        Assert.Equal("utf-16", result.GetProperty("capabilities").GetProperty("positionEncoding").GetString());
        await client.NotifyAsync("initialized");
    }

    private static async Task RequestsAsync(TestClient client, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await client.NotifyAsync("textDocument/didChange", new
            {
                textDocument = new { uri = Uri, version = i + 2 },
                contentChanges = new[] { new { range = new { start = new { line = 0, character = 0 }, end = new { line = 0, character = 4 } }, text = i.ToString("d4", CultureInfo.InvariantCulture) } },
            });
            await client.CallAsync("textDocument/inlineCompletion", new { textDocument = new { uri = Uri }, position = new { line = 2, character = 7 } });
        }
    }

    /// <summary>Replaces a piece of one line, in the model and in the server's copy; positions count UTF-16 units.</summary>
    private static async Task ChangeAsync(TestClient client, Random random, List<string> document, int version)
    {
        var line = random.Next(document.Count);
        var text = document[line];
        var start = Boundary(text, random.Next(text.Length + 1));
        var end = Boundary(text, Math.Min(text.Length, start + random.Next(3)));
        var typed = Typed[random.Next(Typed.Length)];
        await client.NotifyAsync("textDocument/didChange", new
        {
            textDocument = new { uri = Uri, version },
            contentChanges = new[] { new { range = new { start = new { line, character = start }, end = new { line, character = end } }, text = typed } },
        });
        document.RemoveAt(line);
        document.InsertRange(line, (text[..start] + typed + text[end..]).Split('\n'));
    }

    private static object RandomPosition(Random random, List<string> document)
    {
        var line = random.Next(document.Count);
        return new { line, character = Boundary(document[line], random.Next(document[line].Length + 1)) };
    }

    private static int Boundary(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    /// <summary>What the specification and clients ask of items: the text begins with what stands in its range before the cursor, on one line.</summary>
    private static void AssertItems(JsonElement result, List<string> document)
    {
        foreach (var item in result.GetProperty("items").EnumerateArray())
        {
            var (start, end) = (item.GetProperty("range").GetProperty("start"), item.GetProperty("range").GetProperty("end"));
            var line = start.GetProperty("line").GetInt32();
            Assert.Equal(line, end.GetProperty("line").GetInt32());
            var standing = document[line][start.GetProperty("character").GetInt32()..end.GetProperty("character").GetInt32()];
            var insert = item.GetProperty("insertText").GetString()!;
            var common = standing.AsSpan().CommonPrefixLength(insert);
            Assert.True(common == standing.Length || ")]}\"'`".Contains(standing[common], StringComparison.Ordinal), $"'{insert}' does not begin with '{standing}'");
            Assert.Equal("codeexit.didAccept", item.GetProperty("command").GetProperty("command").GetString());
        }
    }
}
