using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.LanguageServer;

public sealed class ModelLoadTests
{
    private static readonly object WithProgress = new { window = new { workDoneProgress = true } };

    [Fact]
    public async Task Initialized_ClientTakesProgress_IsToldOfTheLoad()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"), WithProgress);
        JsonElement created = await server.Client.AnswerAsync("window/workDoneProgress/create");
        JsonElement begin = await server.Client.TakeCallAsync("$/progress");
        Assert.Equal(created.GetProperty("token").GetRawText(), begin.GetProperty("token").GetRawText());
        Assert.Equal("begin", begin.GetProperty("value").GetProperty("kind").GetString());
        Assert.NotEqual("", begin.GetProperty("value").GetProperty("title").GetString());
        Assert.Equal("loading", (await server.Client.CallAsync("codeexit/status")).GetProperty("state").GetString());
        server.Service.Load.SetResult();
        JsonElement end = await server.Client.TakeCallAsync("$/progress");
        Assert.Equal("end", end.GetProperty("value").GetProperty("kind").GetString());
        Assert.Equal("ready", (await server.Client.CallAsync("codeexit/status")).GetProperty("state").GetString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Initialized_ClientRefusesTheToken_IsToldNothing()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"), WithProgress);
        await server.Client.AnswerAsync("window/workDoneProgress/create", "\"error\":{\"code\":-32601,\"message\":\"no\"}");
        server.Service.Load.SetResult();
        await server.Client.CallAsync("codeexit/warm");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Initialized_ClientWithoutProgress_IsToldNothingAndTheModelIsLoaded()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"));
        server.Service.Load.SetResult();
        Assert.Equal("ready", (await server.Client.CallAsync("codeexit/warm")).GetProperty("state").GetString());
        Assert.Equal(1, server.Service.Loads);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Initialized_ModelResident_SaysNothing()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("ready"), WithProgress);
        await server.Client.CallAsync("codeexit/warm");
        await server.ShutDownAsync();
        Assert.Equal(0, server.Service.Loads);
    }

    [Fact]
    public async Task Load_Fails_IsShownOnceAndEveryRequestSaysWhy()
    {
        const string Reason = "models/x/model.safetensors: tensor lm_head.weight is missing";
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"), WithProgress);
        await server.Client.AnswerAsync("window/workDoneProgress/create");
        await server.Client.TakeCallAsync("$/progress");
        server.Service.Load.SetException(new CheckpointException(Reason));
        JsonElement end = await server.Client.TakeCallAsync("$/progress");
        Assert.Contains(Reason, end.GetProperty("value").GetProperty("message").GetString(), StringComparison.Ordinal);
        JsonElement shown = await server.Client.TakeCallAsync("window/showMessage");
        Assert.Equal(1, shown.GetProperty("type").GetInt32());
        Assert.Contains(Reason, shown.GetProperty("message").GetString(), StringComparison.Ordinal);

        await server.OpenAsync("x = ");
        for (int i = 0; i < 3; i++)
        {
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
            (await server.Service.NextCallAsync()).Fail(new CheckpointException(Reason));
            var (code, message) = await server.Client.ErrorAsync(id);
            Assert.Equal(-32803, code);
            Assert.Contains(Reason, message, StringComparison.Ordinal);
        }
        Assert.Equal(-32803, (await server.Client.FailAsync("codeexit/warm")).Code);
        JsonElement status = await server.Client.CallAsync("codeexit/status");
        Assert.Equal("failed", status.GetProperty("state").GetString());
        Assert.Equal(Reason, status.GetProperty("error").GetString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Load_KeystrokeCancelled_GoesOn()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"));
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        await server.Service.NextCallAsync();
        string warm = await server.Client.RequestAsync("codeexit/warm");
        await server.Client.CancelAsync(id);
        await server.Client.CancelAsync(warm);
        Assert.Equal(-32800, (await server.Client.ErrorAsync(id)).Code);
        Assert.Equal(-32800, (await server.Client.ErrorAsync(warm)).Code);
        server.Service.Load.SetResult();
        Assert.Equal("ready", (await server.Client.CallAsync("codeexit/warm")).GetProperty("state").GetString());
        Assert.Equal(1, server.Service.Loads);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Unload_ThenCompletion_LoadsAgainAndSaysSo()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "1" }, WithProgress);
        await server.OpenAsync("x = ");
        Assert.Equal("unloaded", (await server.Client.CallAsync("codeexit/unload")).GetProperty("state").GetString());
        Assert.Equal("unloaded", (await server.Client.CallAsync("codeexit/status")).GetProperty("state").GetString());
        Assert.Equal("null", (await server.Client.CallAsync("codeexit/energy")).GetProperty("last").GetRawText());
        Assert.Equal(0, server.Service.Loads); // asking woke nothing
        await server.Client.CallAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        await server.Client.AnswerAsync("window/workDoneProgress/create");
        await server.Client.TakeCallAsync("$/progress");
        server.Service.Load.SetResult();
        await server.Client.TakeCallAsync("$/progress");
        Assert.Equal(1, server.Service.Loads);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Load_CopilotsClient_SeesItsStatus()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService("unloaded"), options: new { editorInfo = new { name = "Emacs" }, editorPluginInfo = new { name = "copilot.el", version = "0.3" } });
        JsonElement busy = await server.Client.TakeCallAsync("didChangeStatus");
        Assert.True(busy.GetProperty("busy").GetBoolean());
        Assert.Equal("Normal", busy.GetProperty("kind").GetString());
        server.Service.Load.SetResult();
        Assert.False((await server.Client.TakeCallAsync("didChangeStatus")).GetProperty("busy").GetBoolean());
        await server.ShutDownAsync();
    }
}
