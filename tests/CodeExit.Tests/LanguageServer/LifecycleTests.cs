using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Initialize_PlainClient_AnswersTheCapabilitiesOfTheDesign()
    {
        TestServer server = TestServer.Create();
        JsonElement result = await server.InitializeAsync();
        const string Expected = """
            {"capabilities":{"positionEncoding":"utf-16","textDocumentSync":{"openClose":true,"change":2,"save":true},
            "inlineCompletionProvider":{"workDoneProgress":false},"executeCommandProvider":{"commands":["codeexit.didAccept"]},
            "workspace":{"workspaceFolders":{"supported":true,"changeNotifications":true}}},"serverInfo":{"name":"CodeExit","version":"1.2.3"}}
            """;
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Expected).RootElement, result), result.ToString());
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData(null, "utf-16")]
    [InlineData(new string[0], "utf-16")]
    [InlineData(new[] { "utf-16" }, "utf-16")]
    [InlineData(new[] { "utf-8" }, "utf-8")]
    [InlineData(new[] { "utf-8", "utf-16", "utf-32" }, "utf-8")]
    [InlineData(new[] { "utf-16", "utf-8" }, "utf-16")]
    [InlineData(new[] { "utf-32", "utf-8", "utf-16" }, "utf-8")]
    [InlineData(new[] { "utf-32" }, "utf-16")]
    public async Task Initialize_PositionEncodings_TheClientsPreferenceCounts(string[]? offered, string expected)
    {
        TestServer server = TestServer.Create();
        JsonElement result = await server.InitializeAsync(new { general = new { positionEncodings = offered } });
        Assert.Equal(expected, result.GetProperty("capabilities").GetProperty("positionEncoding").GetString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_BeforeInitialize_IsServerNotInitialized()
    {
        TestServer server = TestServer.Create();
        Assert.Equal(-32002, (await server.Client.FailAsync("codeexit/status")).Code);
        Assert.Equal(-32002, (await server.Client.FailAsync("shutdown")).Code);
        Assert.Equal(-32002, (await server.Client.FailAsync("no/such/method")).Code);
        await server.OpenAsync("dropped, as the specification wants");
        await server.InitializeAsync();
        Assert.Equal(0, (await server.Client.CallAsync("codeexit/status")).GetProperty("openDocuments").GetInt32());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Initialize_SecondTime_IsInvalidRequest()
    {
        TestServer server = await TestServer.StartAsync();
        Assert.Equal(-32600, (await server.Client.FailAsync("initialize", new { capabilities = new { } })).Code);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Initialize_BadParameters_MayBeTriedAgain()
    {
        TestServer server = TestServer.Create();
        Assert.Equal(-32602, (await server.Client.FailAsync("initialize", new { capabilities = 5 })).Code);
        await server.InitializeAsync();
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_AfterShutdown_IsInvalidRequest()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.CallAsync("shutdown");
        Assert.Equal(-32600, (await server.Client.FailAsync("codeexit/status")).Code);
        Assert.Equal(-32600, (await server.Client.FailAsync("shutdown")).Code);
        Assert.Equal(-32600, (await server.Client.FailAsync("initialize", new { capabilities = new { } })).Code);
        await server.Client.NotifyAsync("exit");
        Assert.Equal(0, await server.Running);
        await server.Client.CloseAsync();
    }

    [Fact]
    public async Task Shutdown_WorkInProgress_IsCancelled()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        string shutdown = await server.Client.RequestAsync("shutdown");
        Assert.Equal(-32800, (await server.Client.ErrorAsync(id)).Code);
        Assert.True(call.Token.IsCancellationRequested);
        await server.Client.ResultAsync(shutdown);
        await server.Client.NotifyAsync("exit");
        Assert.Equal(0, await server.Running);
        await server.Client.CloseAsync();
    }

    [Fact]
    public async Task Exit_WithoutShutdown_EndsWithOne()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.NotifyAsync("exit");
        Assert.Equal(1, await server.Running);
        await server.Client.CloseAsync();
    }

    [Fact]
    public async Task Exit_BeforeInitialize_EndsWithOne()
    {
        TestServer server = TestServer.Create();
        await server.Client.NotifyAsync("exit");
        Assert.Equal(1, await server.Running);
        await server.Client.CloseAsync();
    }

    [Fact]
    public async Task EndOfStream_WorkInProgress_CancelsItAndEndsWithOne()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ");
        await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();
        Assert.Equal(1, await server.VanishAsync());
        Assert.True(call.Token.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Result);
    }

    [Fact]
    public async Task Stop_FromOutside_EndsWithOneWithoutThrowing()
    {
        using var stop = new CancellationTokenSource();
        TestServer server = TestServer.Create(stop: stop.Token);
        await server.InitializeAsync();
        await stop.CancelAsync();
        Assert.Equal(1, await server.Running.WaitAsync(TimeSpan.FromSeconds(60)));
        await server.Client.CloseAsync();
    }

    [Fact]
    public async Task Notification_Unknown_IsIgnored()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.NotifyAsync("$/unheardOf");
        await server.Client.NotifyAsync("textDocument/didRename");
        await server.Client.NotifyAsync("textDocument/inlineCompletion", TestServer.At(0, 0)); // a request's method without an id
        await server.Client.NotifyAsync("workspace/didChangeWorkspaceFolders", new { @event = new { added = Array.Empty<object>(), removed = Array.Empty<object>() } });
        await server.ShutDownAsync();
        Assert.DoesNotContain(server.Log, line => line.Contains("unheardOf", StringComparison.Ordinal));
        Assert.Contains(server.Log, line => line.Contains("didRename", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SetTrace_NotOff_TellsOfEveryAnswer()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.NotifyAsync("$/setTrace", new { value = "messages" });
        await server.Client.CallAsync("codeexit/status");
        Assert.Contains("codeexit/status", (await server.Client.TakeCallAsync("$/logTrace")).GetProperty("message").GetString(), StringComparison.Ordinal);
        await server.Client.NotifyAsync("$/setTrace", new { value = "off" });
        await server.Client.CallAsync("codeexit/status");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Drain_RequestInFlight_IsAnsweredAndNothingMoreIsRead()
    {
        using var drain = new CancellationTokenSource();
        TestServer server = TestServer.Create(drain: drain.Token);
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();

        await drain.CancelAsync();
        await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4)); // would supersede the first, if it were read
        call.Answer("1");

        Assert.Single((await server.Client.ResultAsync(id)).GetProperty("items").EnumerateArray().ToArray());
        Assert.Equal(1, await server.Running.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>As above, where the next request has come before the server looks for it: such a read ends at once, whatever its token says.</summary>
    [Fact]
    public async Task Drain_RequestThatIsThereAlready_IsNotRead()
    {
        using var drain = new CancellationTokenSource();
        int calls = 0;
        TestServer server = null!;
        var service = new ScriptedService
        {
            Remembers = _ => // asked on the reading loop, which reads on behind it
            {
                calls++;
                drain.Cancel();
                server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 4)).Wait();
                return true;
            },
            Answers = _ => "1",
        };
        server = TestServer.Create(service, drain: drain.Token);
        await server.InitializeAsync();
        await server.OpenAsync("x = ");

        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 4));

        Assert.Single((await server.Client.ResultAsync(id)).GetProperty("items").EnumerateArray().ToArray());
        Assert.Equal(1, await server.Running.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(1, calls);
        server.Client.AssertNothingUnread();
    }

    [Fact]
    public async Task Drain_RequestThatIsNeverAnswered_EndsWithTheConnection()
    {
        using var drain = new CancellationTokenSource();
        using var stop = new CancellationTokenSource();
        TestServer server = TestServer.Create(stop: stop.Token, drain: drain.Token);
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall call = await server.Service.NextCallAsync();

        await drain.CancelAsync();
        await stop.CancelAsync();

        Assert.Equal(1, await server.Running.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(call.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Drain_NothingInFlight_EndsAtOnce()
    {
        using var drain = new CancellationTokenSource();
        TestServer server = TestServer.Create(drain: drain.Token);
        await server.InitializeAsync();

        await drain.CancelAsync();

        Assert.Equal(1, await server.Running.WaitAsync(TimeSpan.FromSeconds(60)));
    }
}
