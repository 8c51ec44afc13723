using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_Fresh_HasEveryField()
    {
        TestServer server = await TestServer.StartAsync();
        const string Expected = """
            {"state":"ready","error":null,"model":"scripted","device":"cpu","policy":"full","mode":"lossless","modeReason":"asked for","energy":null,"pending":0,"openDocuments":0,
            "requests":0,"suggestions":{"offered":0,"shown":0,"accepted":0,"partiallyAccepted":0,"focusChanges":0,"gated":0,"gatedBy":{}},"latencyMs":{"p50":null,"p95":null}}
            """;
        JsonElement status = await server.Client.CallAsync("codeexit/status", new { });
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Expected).RootElement, status), status.ToString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Status_AfterSuggestions_CountsEachEventOnce()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        JsonElement item = await server.ItemAsync(TestServer.At(0, 4), "compute()");
        string id = item.GetProperty("command").GetProperty("arguments")[0].GetString()!;
        await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item });
        await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item });
        await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = 6 });
        await server.Client.NotifyAsync("textDocument/didFocus", new { textDocument = new { uri = TestServer.Uri } });
        await server.Client.NotifyAsync("textDocument/didFocus");
        await server.ChangeAsync(0, 0, 0, 4, item.GetProperty("insertText").GetString()!); // the edit and the command are one acceptance
        for (int i = 0; i < 2; i++)
        {
            JsonElement result = await server.Client.CallAsync("workspace/executeCommand", new { command = "codeexit.didAccept", arguments = new[] { id } });
            Assert.Equal(JsonValueKind.Null, result.ValueKind);
        }
        JsonElement status = await server.Client.CallAsync("codeexit/status");
        Assert.Equal("""{"offered":1,"shown":1,"accepted":1,"partiallyAccepted":1,"focusChanges":2,"gated":0,"gatedBy":{}}""", status.GetProperty("suggestions").GetRawText());
        Assert.Equal(1, status.GetProperty("requests").GetInt32());
        Assert.Equal(1, status.GetProperty("openDocuments").GetInt32());
        Assert.True(status.GetProperty("latencyMs").GetProperty("p50").GetDouble() >= 0);
        Assert.Equal(status.GetProperty("latencyMs").GetProperty("p50").GetDouble(), status.GetProperty("latencyMs").GetProperty("p95").GetDouble());
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("compute()", 1)] // all at once
    [InlineData("comp", 0)] // a part of it
    [InlineData("other()", 0)]
    public async Task Status_EditWithoutCommand_ShowsWhetherTheSuggestionWasTaken(string inserted, int accepted)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = \n");
        await server.ItemAsync(TestServer.At(0, 4), "compute()");
        await server.ChangeAsync(0, 4, 0, 4, inserted);
        Assert.Equal(accepted, (await server.Client.CallAsync("codeexit/status")).GetProperty("suggestions").GetProperty("accepted").GetInt32());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Status_SuggestionTypedByHand_IsNoAcceptance()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = \n");
        await server.ItemAsync(TestServer.At(0, 4), "abc");
        for (int i = 0; i < 3; i++) await server.ChangeAsync(0, 4 + i, 0, 4 + i, "abc"[i..(i + 1)]);
        Assert.Equal(0, (await server.Client.CallAsync("codeexit/status")).GetProperty("suggestions").GetProperty("accepted").GetInt32());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task ExecuteCommand_UnknownOrWithoutId_IsInvalidParams()
    {
        TestServer server = await TestServer.StartAsync();
        Assert.Contains("codeexit.didAccept", (await server.Client.FailAsync("workspace/executeCommand", new { command = "rm" })).Message, StringComparison.Ordinal);
        Assert.Equal(-32602, (await server.Client.FailAsync("workspace/executeCommand", new { command = "codeexit.didAccept" })).Code);
        Assert.Equal(-32602, (await server.Client.FailAsync("workspace/executeCommand", new { command = "codeexit.didAccept", arguments = new List<int> { 5 } })).Code);
        await server.Client.CallAsync("workspace/executeCommand", new { command = "codeexit.didAccept", arguments = new List<string> { "long forgotten" } });
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("{\"maxTokens\":12}", 12, null)]
    [InlineData("{\"codeexit\":{\"maxTokens\":13},\"other\":1}", 13, null)]
    [InlineData("{\"maxTokens\":null}", null, null)]
    [InlineData("{\"unheardOf\":true}", null, null)]
    [InlineData("null", null, null)]
    [InlineData("{\"maxTokens\":0}", null, "maxTokens is 0")]
    [InlineData("{\"maxTokens\":1025}", null, "1 to 1024")]
    [InlineData("{\"maxTokens\":1e99}", null, "maxTokens")]
    [InlineData("{\"maxTokens\":\"many\"}", null, "\"many\"")]
    [InlineData("{\"textDocumentCompletion\":\"yes\"}", null, "textDocumentCompletion")]
    [InlineData("\"fast\"", null, "object")]
    public async Task Options_AtInitialize_AreTakenOrRefusedByName(string options, int? maxTokens, string? problem)
    {
        TestServer server = await TestServer.StartAsync(options: JsonDocument.Parse(options).RootElement);
        if (problem is not null)
        {
            JsonElement shown = await server.Client.TakeCallAsync("window/showMessage");
            Assert.Equal(2, shown.GetProperty("type").GetInt32());
            Assert.Contains(problem, shown.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(maxTokens, await MaxTokensAsync(server));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task DidChangeConfiguration_BadValue_KeepsTheOneBefore()
    {
        TestServer server = await TestServer.StartAsync(options: new { maxTokens = 10 });
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { codeexit = new { maxTokens = -1 } } });
        Assert.Contains("10 is kept", (await server.Client.TakeCallAsync("window/showMessage")).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(10, await MaxTokensAsync(server));
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { codeexit = new { maxTokens = 20 } } });
        Assert.Equal(20, await MaxTokensAsync(server));
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
        Assert.Equal(20, await MaxTokensAsync(server));
        await server.ShutDownAsync();
    }

    private static async Task<int?> MaxTokensAsync(TestServer server)
    {
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        call.Answer("");
        await server.Client.ResultAsync(id);
        return call.Request.MaxTokens;
    }
}
