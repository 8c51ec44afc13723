using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

public sealed class CancellationTests
{
    [Fact]
    public async Task Cancel_RequestInFlight_IsAnsweredWithRequestCancelled()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        await server.Client.CancelAsync(id);
        Assert.Equal(-32800, (await server.Client.ErrorAsync(id)).Code);
        Assert.True(call.Token.IsCancellationRequested);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Cancel_StringId_Works()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":"a-1","method":"textDocument/inlineCompletion","params":{{JsonSerializer.Serialize(TestServer.At(0, 4))}} }""");
        await server.Service.NextCallAsync();
        await server.Client.CancelAsync("\"a-1\"");
        Assert.Equal(-32800, (await server.Client.ErrorAsync("\"a-1\"")).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Cancel_AnsweredOrUnknownOrMalformed_IsIgnored()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        (await server.Service.NextCallAsync()).Answer("1");
        await server.Client.ResultAsync(id);
        await server.Client.CancelAsync(id);
        await server.Client.CancelAsync("12345");
        await server.Client.CancelAsync("{}");
        await server.Client.NotifyAsync("$/cancelRequest");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Supersede_NewerRequest_TheOlderIsNull()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string older = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        await server.Service.NextCallAsync();
        await server.Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = "untitled:1", languageId = "python", version = 1, text = "y = " } });
        string newer = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4, "untitled:1"));
        Assert.Equal(JsonValueKind.Null, (await server.Client.ResultAsync(older)).ValueKind);
        (await server.Service.NextCallAsync()).Answer("2");
        Assert.Single((await server.Client.ResultAsync(newer)).GetProperty("items").EnumerateArray());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Supersede_ManyRequestsAtOnce_OnlyTheLastIsAnswered()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync(new string('x', 300));
        var ids = new List<string>();
        for (int i = 0; i < 300; i++) ids.Add(await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, i)));
        ScriptedCall last = await server.Service.NextCallAsync();
        for (int i = 1; i < 300; i++)
        {
            last = await server.Service.NextCallAsync();
            Assert.Equal(i, last.Request.Offset); // the service hears of them in the order of the client
        }
        last.Answer("y");
        foreach (string id in ids.SkipLast(1)) Assert.Equal(JsonValueKind.Null, (await server.Client.ResultAsync(id)).ValueKind);
        Assert.Single((await server.Client.ResultAsync(ids[^1])).GetProperty("items").EnumerateArray());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Supersede_OtherConnectionOfTheService_IsLeftAlone()
    {
        var service = new ScriptedService();
        TestServer one = await TestServer.StartAsync(service);
        TestServer other = await TestServer.StartAsync(service);
        await one.OpenAsync("x = ");
        await other.OpenAsync("y = ");
        string first = await one.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall firstCall = await service.NextCallAsync();
        string second = await other.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        (await service.NextCallAsync()).Answer("2");
        firstCall.Answer("1");
        Assert.Single((await one.Client.ResultAsync(first)).GetProperty("items").EnumerateArray());
        Assert.Single((await other.Client.ResultAsync(second)).GetProperty("items").EnumerateArray());
        await one.ShutDownAsync();
        await other.ShutDownAsync();
    }

    [Fact]
    public async Task RunningCompletion_EditsAndOtherRequests_AreServedMeanwhile()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        await server.ChangeAsync(0, 0, 0, 1, "renamed");
        JsonElement status = await server.Client.CallAsync("codeexit/status");
        Assert.Equal(1, status.GetProperty("pending").GetInt32());
        Assert.Equal("x = ", call.Request.Text); // its snapshot was taken when it was asked for
        call.Answer("1");
        JsonElement item = (await server.Client.ResultAsync(id)).GetProperty("items")[0];
        Assert.Equal("x = 1", item.GetProperty("insertText").GetString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task RunningCompletion_ServiceBlocksBeforeItsFirstAwait_ReadingGoesOn()
    {
        using var gate = new ManualResetEventSlim();
        TestServer server = await TestServer.StartAsync(new ScriptedService
        {
            Answers = _ =>
            {
                gate.Wait();
                return "1";
            },
        });
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        await server.Client.CallAsync("codeexit/status");
        gate.Set();
        await server.Client.ResultAsync(id);
        await server.ShutDownAsync();
    }
}
