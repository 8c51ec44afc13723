using CodeExit.Telemetry.Records;
using CodeExit.Tests.LanguageServer;

namespace CodeExit.Tests.Telemetry.Records;

public sealed class KilledProcessTests
{
    private const string Uri = "file:///code/secretly_named.py";

    [Fact]
    public async Task Read_ServerKilledAtWork_HasWhatWasAnsweredAndNoText()
    {
        using var server = new StdioProcess("--mode", "lossless");
        var client = server.Client;
        await client.CallAsync("initialize", new { processId = 1, capabilities = new { } });
        await client.NotifyAsync("initialized");
        await client.NotifyAsync("textDocument/didOpen", new
        {
            textDocument = new { uri = Uri, languageId = "python", version = 1, text = "def wonderful_unicorns(first_argument):\n    return first_argument\n\nx = wonderful_unicorns(" },
        });
        const int Answered = 6;
        for (var i = 0; i < Answered; i++) await client.ResultAsync(await RequestAsync(client, 4 + i)); // what was asked before would not run again
        await Eventually.IsAsync(() => new RecordFile(server.DataDirectory).Read().Count >= Answered - 1, TimeSpan.FromSeconds(30)); // records follow the answers
        await RequestAsync(client, 23); // at work when it is killed

        server.Kill();

        var records = new RecordFile(server.DataDirectory).Read();
        Assert.InRange(records.Count, Answered - 1, Answered + 1);
        Assert.All(records.Take(Answered - 1), record => Assert.True(record.Request is { Tokens: > 0, Mode: "lossless", Energy.Joules: > 0 }));
        var raw = System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(new RecordFile(server.DataDirectory).Path));
        Assert.All(["unicorns", "argument", "secretly", "python"], word => Assert.DoesNotContain(word, raw, StringComparison.OrdinalIgnoreCase));
    }

    private static Task<string> RequestAsync(TestClient client, int character) => client.RequestAsync(
        "textDocument/inlineCompletion", new { textDocument = new { uri = Uri }, position = new { line = 3, character }, context = new { triggerKind = 1 } });
}
