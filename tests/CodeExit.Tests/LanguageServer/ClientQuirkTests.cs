using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

/// <summary>What real clients send and do with an answer, as research/peers.md and editors.md found it.</summary>
public sealed class ClientQuirkTests
{
    [Fact]
    public async Task VsCode_CancelsWhileTypingAndAsksAgainAfterAccepting()
    {
        TestServer server = await TestServer.StartAsync(
            capabilities: new { general = Encodings("utf-16"), textDocument = new { inlineCompletion = new { dynamicRegistration = true } } },
            options: new { maxTokens = 32, path = "/opt/codeexit", trace = new { server = "off" } });
        await server.OpenAsync("x = \n");
        for (int i = 0; i < 5; i++)
        {
            string typed = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4 + i));
            await server.Service.NextCallAsync();
            await server.Client.CancelAsync(typed);
            await server.ChangeAsync(0, 4 + i, 0, 4 + i, "a", i + 2);
            Assert.Equal(-32800, (await server.Client.ErrorAsync(typed)).Code);
        }
        JsonElement item = await server.ItemAsync(TestServer.At(0, 9), "bc");
        // ghost text: the replaced text has to be a prefix of filterText, and is removed from insertText
        Assert.StartsWith("x = aaaaa", item.GetProperty("filterText").GetString(), StringComparison.Ordinal);
        await server.ChangeAsync(0, 0, 0, 9, item.GetProperty("insertText").GetString()!, 9);
        await server.Client.CallAsync("workspace/executeCommand", JsonDocument.Parse(item.GetProperty("command").GetRawText()).RootElement);
        await server.ItemAsync(TestServer.At(0, 11), "d");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Neovim_PrefersUtf8AndNeverCancelsWhileTyping()
    {
        TestServer server = await TestServer.StartAsync(capabilities: new
        {
            general = Encodings("utf-8", "utf-16", "utf-32"),
            textDocument = new { inlineCompletion = new { dynamicRegistration = false } },
        });
        await server.OpenAsync("é😀 = \n");
        string older = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 9));
        Assert.Equal(6, (await server.Service.NextCallAsync()).Request.Offset);
        await server.ChangeAsync(0, 9, 0, 9, "ü");
        string newer = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 11));
        // a reply without exactly one of result and error would be dropped: ResultAsync checks that null is spelt out
        Assert.Equal(JsonValueKind.Null, (await server.Client.ResultAsync(older)).ValueKind);
        ScriptedCall call = await server.Service.NextCallAsync();
        Assert.Equal("é😀 = ü\n", call.Request.Text);
        call.Answer("x");
        JsonElement item = (await server.Client.ResultAsync(newer)).GetProperty("items")[0];
        Assert.Equal(11, item.GetProperty("range").GetProperty("end").GetProperty("character").GetInt32());
        string insertMode = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 11));
        await server.Service.NextCallAsync();
        await server.Client.CancelAsync(insertMode); // InsertLeave
        Assert.Equal(-32800, (await server.Client.ErrorAsync(insertMode)).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task LspMode_NullCapabilityAndUtf32First_SeesAProvider()
    {
        TestServer server = TestServer.Create();
        JsonElement result = await server.InitializeAsync(new
        {
            general = Encodings("utf-32", "utf-16"),
            textDocument = new { inlineCompletion = (object?)null },
            window = new { workDoneProgress = (bool?)null },
        });
        JsonElement capabilities = result.GetProperty("capabilities");
        Assert.Equal("utf-16", capabilities.GetProperty("positionEncoding").GetString());
        AssertNoEmptyObject(result); // an empty object would be read as nil
        await server.OpenAsync("x = ");
        await server.ItemAsync(TestServer.At(0, 4), "1");
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("    foo(", ")", "bar)", "bar)")]
    [InlineData("", "", "import os", "import os")]
    [InlineData("\tx😀 = ", "", "1", "1")]
    public async Task Lsp4ij_SlicesAtTheCursorsOffsetInTheRange_GetsTheSuggestion(string before, string after, string suggestion, string shown)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync(before + after);
        object byHand = new { textDocument = new { uri = TestServer.Uri }, position = new { line = 0, character = before.Length }, context = new { triggerKind = 2 } };
        JsonElement item = await server.ItemAsync(byHand, suggestion);
        int rangeStart = item.GetProperty("range").GetProperty("start").GetProperty("character").GetInt32();
        Assert.Equal(shown, item.GetProperty("insertText").GetString()![(before.Length - rangeStart)..]);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task CopilotEl_OmitsVersionsAndReportsTheCommandOnly()
    {
        TestServer server = await TestServer.StartAsync(options: new { editorInfo = new { name = "Emacs", version = "30.1" }, editorPluginInfo = new { name = "copilot.el", version = "0.3" } });
        await server.OpenAsync("x = ");
        await server.Client.NotifyAsync("textDocument/didFocus", new { textDocument = new { uri = TestServer.Uri } });
        JsonElement item = await server.ItemAsync(new
        {
            textDocument = new { uri = TestServer.Uri },
            position = new { line = 0, character = 4 },
            context = new { triggerKind = 1 },
            formattingOptions = new { tabSize = 4, insertSpaces = true },
        }, "compute()");
        JsonElement command = item.GetProperty("command");
        await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item = new { command } });
        await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item = new { command }, acceptedLength = 11 });
        await server.Client.NotifyAsync("textDocument/didChange", new
        {
            textDocument = new { uri = TestServer.Uri },
            contentChanges = new[] { new { range = TestServer.Range(0, 4, 0, 4), rangeLength = 0, text = "compute" } },
        });
        JsonElement counts = (await server.Client.CallAsync("codeexit/status")).GetProperty("suggestions");
        Assert.Equal(1, counts.GetProperty("shown").GetInt32());
        Assert.Equal(1, counts.GetProperty("partiallyAccepted").GetInt32());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task OlderClients_ContentTypeHeaderAndParamsOfAnyKind_AreServed()
    {
        TestServer server = await TestServer.StartAsync();
        foreach (string parameters in new[] { "null", "[]", "{}", "{\"more\":1}" })
        {
            byte[] body = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":"p","method":"codeexit/status","params":{{parameters}} }""");
            byte[] header = Encoding.ASCII.GetBytes($"Content-Type: application/vscode-jsonrpc; charset=utf8\r\ncontent-length:{body.Length}\r\n\r\n");
            await server.Client.SendBytesAsync([.. header, .. body]);
            await server.Client.ResultAsync("\"p\"");
        }
        await server.ShutDownAsync();
    }

    private static object Encodings(params string[] preferred) => new { positionEncodings = preferred };

    private static void AssertNoEmptyObject(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return;
        Assert.NotEmpty(element.EnumerateObject());
        foreach (JsonProperty property in element.EnumerateObject()) AssertNoEmptyObject(property.Value);
    }
}
