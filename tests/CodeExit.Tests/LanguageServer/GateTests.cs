using System.Text.Json;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.LanguageServer;

public sealed class GateTests
{
    private readonly SimulatedTime _time = new();

    [Fact]
    public async Task InlineCompletion_MidWord_AsksByHandOnly()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "x" });
        await server.OpenAsync("value");

        Assert.Equal(0, await CountAsync(server, TestServer.TypedTo(0, 3)));
        Assert.Equal(1, await CountAsync(server, TestServer.At(0, 3)));
        Assert.Equal(1, await CountAsync(server, new { textDocument = new { uri = TestServer.Uri }, position = new { line = 0, character = 3 } }));

        Assert.Equal("""{"mid-word":1}""", await GatedByAsync(server));
        Assert.Contains(server.Log, line => line.Contains("nothing is suggested (mid-word)", StringComparison.Ordinal));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_QuoteTypedAndClosedByTheEditor_IsAsked()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "x" });
        await server.OpenAsync("a = \nb = \"c\"");
        Assert.Equal(0, await CountAsync(server, TestServer.TypedTo(1, 6))); // read, not written

        await server.ChangeAsync(0, 4, 0, 4, "\"\"");

        Assert.Equal(1, await CountAsync(server, TestServer.TypedTo(0, 5)));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_DocumentReplacedAsAWhole_CountsAsTyped()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "x" });
        await server.OpenAsync("a = 1");
        await server.Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = TestServer.Uri, version = 2 }, contentChanges = new[] { new { text = "a = \"b\"" } } });
        Assert.Equal(1, await CountAsync(server, TestServer.TypedTo(0, 6)));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_WhileDeleting_IsNotAsked()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "x" });
        await server.OpenAsync("a = bcd");
        await server.ChangeAsync(0, 6, 0, 7, "");
        await server.ChangeAsync(0, 5, 0, 6, "");

        Assert.Equal(0, await CountAsync(server, TestServer.TypedTo(0, 5)));
        Assert.Equal("""{"deleting":1}""", await GatedByAsync(server));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_TypedOverAndUndone_TheSameIsNotShownAgain()
    {
        int asked = 0;
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => $"one{Math.Min(0, ++asked)}" }, time: _time);
        await server.OpenAsync("a = ");
        await server.ChangeAsync(0, 4, 0, 4, ""); // where the user is
        Assert.Equal(1, await CountAsync(server, TestServer.TypedTo(0, 4)));
        for (int i = 0; i < 2; i++)
        {
            await server.ChangeAsync(0, 4, 0, 4, "z");
            await server.ChangeAsync(0, 4, 0, 5, "");
            Assert.Equal(0, await CountAsync(server, TestServer.TypedTo(0, 4)));
        }

        Assert.Equal(2, asked); // shown; said again and kept back; the third time not even asked
        Assert.Equal("""{"rejected here":1}""", await GatedByAsync(server));
        Assert.Equal(1, await CountAsync(server, TestServer.At(0, 4))); // by hand it is
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_TypedThrough_IsNoRejection()
    {
        TestServer server = await TestServer.StartAsync(new ScriptedService { Answers = _ => "one" }, time: _time);
        await server.OpenAsync("a = ");
        await server.ChangeAsync(0, 4, 0, 4, "");
        Assert.Equal(1, await CountAsync(server, TestServer.TypedTo(0, 4)));
        await server.ChangeAsync(0, 4, 0, 4, "o");
        await server.ChangeAsync(0, 5, 0, 5, "n");
        await server.ChangeAsync(0, 4, 0, 6, "");
        Assert.Equal(1, await CountAsync(server, TestServer.At(0, 4)));
        Assert.Equal("{}", await GatedByAsync(server));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_FastTyping_WaitsForTheNextKeyAndNoLonger()
    {
        TestServer server = await TestServer.StartAsync(time: _time);
        await TypeFastAsync(server);

        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 40));
        await StatusAsync(server); // the request is read by now
        Assert.Equal(0, server.Service.Status.Pending);
        _time.Advance(TimeSpan.FromMilliseconds(150));
        (await server.Service.NextCallAsync()).Answer("");
        await server.Client.ResultAsync(id);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task InlineCompletion_NextKeyWhileItWaits_IsNeverAsked()
    {
        TestServer server = await TestServer.StartAsync(time: _time);
        await TypeFastAsync(server);

        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 40));
        await server.ChangeAsync(0, 40, 0, 40, "a");
        Assert.Equal(JsonValueKind.Null, (await server.Client.ResultAsync(id)).ValueKind);
        string cancelled = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 41));
        await server.Client.NotifyAsync("$/cancelRequest", new { id = int.Parse(cancelled, System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Equal(-32800, (await server.Client.ErrorAsync(cancelled)).Code);
        string older = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.TypedTo(0, 41));
        string byHand = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 41));

        (await server.Service.NextCallAsync()).Answer("x"); // at once
        Assert.Equal(JsonValueKind.Null, (await server.Client.ResultAsync(older)).ValueKind);
        Assert.Equal(1, (await server.Client.ResultAsync(byHand)).GetProperty("items").GetArrayLength());
        _time.Advance(TimeSpan.FromSeconds(10));
        await StatusAsync(server);
        Assert.Equal(0, server.Service.Status.Pending);
        await server.ShutDownAsync();
    }

    /// <summary>A model that takes a second, and forty keys, 80 ms apart.</summary>
    private async Task TypeFastAsync(TestServer server)
    {
        await server.OpenAsync("");
        for (int i = 0; i < 10; i++)
        {
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 0));
            ScriptedCall call = await server.Service.NextCallAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
            call.Answer("");
            await server.Client.ResultAsync(id);
        }
        for (int i = 0; i < 40; i++)
        {
            await server.ChangeAsync(0, i, 0, i, "a");
            await StatusAsync(server);
            _time.Advance(TimeSpan.FromMilliseconds(80));
        }
    }

    private static Task<JsonElement> StatusAsync(TestServer server) => server.Client.CallAsync("codeexit/status");

    private static async Task<int> CountAsync(TestServer server, object parameters) =>
        (await server.Client.CallAsync("textDocument/inlineCompletion", parameters)).GetProperty("items").GetArrayLength();

    private static async Task<string> GatedByAsync(TestServer server) =>
        (await StatusAsync(server)).GetProperty("suggestions").GetProperty("gatedBy").GetRawText();
}
