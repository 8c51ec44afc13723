using System.Text.Json;
using CodeExit.Completion;

namespace CodeExit.Tests.LanguageServer;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_Fresh_HasEveryField()
    {
        TestServer server = await TestServer.StartAsync();
        const string Expected = """
            {"state":"ready","error":null,"model":"scripted","device":"cpu","policy":"full","mode":"lossless","effectiveMode":"lossless","modeReason":"asked for","paused":false,"energy":null,"pending":0,"openDocuments":0,
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
    [InlineData("{\"mode\":\"fast\"}", null, "one of lossless, quality, balanced, saver, auto, or null")]
    [InlineData("{\"mode\":5}", null, "mode is 5")]
    [InlineData("{\"powerCapWatts\":0}", null, "powerCapWatts is 0, but a number of watts above 0, or null is wanted; no cap is kept")]
    [InlineData("{\"budgetJoules\":\"2J\"}", null, "budgetJoules is \"2J\"")]
    [InlineData("{\"pauseOnBattery\":1}", null, "pauseOnBattery is 1, but true or false is wanted; off is kept")]
    [InlineData("{\"textDocumentCompletion\":\"yes\"}", null, "textDocumentCompletion")]
    [InlineData("{\"insertOnly\":1}", null, "insertOnly")]
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

    public static TheoryData<string, DepthSettings?> DepthOptions => new()
    {
        { """{"mode":null,"powerCapWatts":null,"budgetJoules":null,"pauseOnBattery":false}""", null },
        { """{"mode":"saver"}""", new() { Mode = "saver" } },
        { """{"powerCapWatts":60.5}""", new() { PowerCapWatts = 60.5 } },
        { """{"mode":"auto","powerCapWatts":60,"budgetJoules":2,"pauseOnBattery":true}""", new() { Mode = "auto", PowerCapWatts = 60, BudgetJoules = 2, PauseOnBattery = true } },
        { """{"mode":"quality","powerCapWatts":60,"pauseOnBattery":true}""", new() { Mode = "quality", PauseOnBattery = true } }, // the cap waits for auto
    };

    [Theory]
    [MemberData(nameof(DepthOptions))]
    public async Task Options_OfDepth_GoWithEachRequestAndIntoTheStatus(string options, DepthSettings? expected)
    {
        DepthSettings? described = new();
        var service = new ScriptedService
        {
            Depths = depth =>
            {
                described = depth;
                return new DepthStatus("auto", "saver", "price:auto", "because", IsPaused: true);
            },
        };
        TestServer server = await TestServer.StartAsync(service, options: JsonDocument.Parse(options).RootElement);
        await server.OpenAsync("x = ");

        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        call.Answer("1");
        await server.Client.ResultAsync(id);
        JsonElement status = await server.Client.CallAsync("codeexit/status");

        Assert.Equal(expected, call.Request.Depth);
        Assert.Equal(expected, described);
        Assert.Equal(
            ("auto", "saver", "because", true),
            (status.GetProperty("mode").GetString(), status.GetProperty("effectiveMode").GetString(), status.GetProperty("modeReason").GetString(), status.GetProperty("paused").GetBoolean()));
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("""{"triggerKind":1}""", false)]
    [InlineData("""{"triggerKind":2}""", true)]
    [InlineData("""{}""", true)]
    [InlineData("null", true)]
    public async Task InlineCompletion_TriggerKind_SaysWhetherSomeoneAskedByHand(string context, bool isAutomatic)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");

        string id = await server.Client.RequestAsync(
            "textDocument/inlineCompletion",
            new { textDocument = new { uri = TestServer.Uri }, position = new { line = 0, character = 4 }, context = JsonDocument.Parse(context).RootElement });
        ScriptedCall call = await server.Service.NextCallAsync();
        call.Answer("1");
        await server.Client.ResultAsync(id);

        Assert.Equal(isAutomatic, call.Request.IsAutomatic);
        await server.ShutDownAsync();
    }

    /// <summary>A mode that the model was not calibrated for: told once, and each request says why it has no answer.</summary>
    [Fact]
    public async Task InlineCompletion_SettingsThatTheModelRefuses_AreShownOnce()
    {
        TestServer server = await TestServer.StartAsync(options: new { mode = "saver" });
        await server.OpenAsync("x = ");
        for (int i = 0; i < 2; i++)
        {
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
            (await server.Service.NextCallAsync()).Fail(new ArgumentException("mode 'saver' needs a calibrated policy"));
            Assert.Equal((-32803, "mode 'saver' needs a calibrated policy"), await server.Client.ErrorAsync(id));
        }

        Assert.Equal("CodeExit: mode 'saver' needs a calibrated policy", (await server.Client.TakeCallAsync("window/showMessage")).GetProperty("message").GetString());
        await server.ShutDownAsync(); // which checks that nothing else was shown
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
