using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using CodeExit.LanguageServer;

namespace CodeExit.Tests.LanguageServer;

/// <summary>The real server over streams in memory, a scripted service behind it and a <see cref="TestClient"/> before it.</summary>
internal sealed class TestServer
{
    public const string Uri = "file:///code/sample.py";

    private TestServer(ScriptedService service, TimeProvider time, CancellationToken drain, CancellationToken stop)
    {
        var toServer = new Pipe();
        var toClient = new Pipe();
        Service = service;
        Stream output = toClient.Writer.AsStream();
        Running = Task.Run(async () =>
        {
            int code = await CodeExit.LanguageServer.LanguageServer.RunAsync(
                toServer.Reader.AsStream(), output, service, new LanguageServerOptions("1.2.3", Log.Enqueue) { Drain = drain, Time = time }, stop);
            await output.DisposeAsync(); // as the end of the process would
            return code;
        });
        Client = new TestClient(toClient.Reader.AsStream(), toServer.Writer.AsStream());
    }

    public TestClient Client { get; }

    public ScriptedService Service { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Running { get; }

    /// <summary>Before initialize.</summary>
    /// <param name="drain">Closes it once what is in flight is answered.</param>
    /// <param name="stop">Closes the connection from the server's side.</param>
    public static TestServer Create(
        ScriptedService? service = null, TimeProvider? time = null, CancellationToken drain = default, CancellationToken stop = default) =>
        new(service ?? new ScriptedService(), time ?? TimeProvider.System, drain, stop);

    /// <summary>After initialize and initialized.</summary>
    public static async Task<TestServer> StartAsync(ScriptedService? service = null, object? capabilities = null, object? options = null, TimeProvider? time = null)
    {
        TestServer server = Create(service, time);
        await server.InitializeAsync(capabilities, options);
        return server;
    }

    public async Task<JsonElement> InitializeAsync(object? capabilities = null, object? options = null)
    {
        JsonElement result = await Client.CallAsync("initialize", new { processId = 1, rootUri = (string?)null, capabilities = capabilities ?? new { }, initializationOptions = options });
        await Client.NotifyAsync("initialized");
        return result;
    }

    public Task OpenAsync(string text, string uri = Uri)
        => Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri, languageId = "python", version = 1, text } });

    public Task ChangeAsync(int startLine, int start, int endLine, int end, string text, int version = 2) => Client.NotifyAsync("textDocument/didChange", new
    {
        textDocument = new { uri = Uri, version },
        contentChanges = new[] { new { range = Range(startLine, start, endLine, end), text } },
    });

    /// <summary>Parameters of textDocument/inlineCompletion, by hand: what is asked so is asked of the model.</summary>
    public static object At(int line, int character, string uri = Uri)
        => new { textDocument = new { uri }, position = new { line, character }, context = new { triggerKind = 1 } };

    /// <summary>The same by typing.</summary>
    public static object TypedTo(int line, int character, string uri = Uri)
        => new { textDocument = new { uri }, position = new { line, character }, context = new { triggerKind = 2 } };

    public static object Range(int startLine, int start, int endLine, int end)
        => new { start = new { line = startLine, character = start }, end = new { line = endLine, character = end } };

    /// <summary>Asks, lets the service answer with <paramref name="suggestion"/> and gives the only item.</summary>
    public async Task<JsonElement> ItemAsync(object parameters, string suggestion)
    {
        string id = await Client.RequestAsync("textDocument/inlineCompletion", parameters);
        (await Service.NextCallAsync()).Answer(suggestion);
        return Assert.Single((await Client.ResultAsync(id)).GetProperty("items").EnumerateArray().ToArray());
    }

    /// <summary>Ends as a client should, and checks that nothing was said that nobody expected.</summary>
    public async Task ShutDownAsync()
    {
        Assert.Equal(JsonValueKind.Null, (await Client.CallAsync("shutdown")).ValueKind);
        await Client.NotifyAsync("exit");
        Assert.Equal(0, await Running.WaitAsync(TimeSpan.FromSeconds(60)));
        await Client.CloseAsync();
        Assert.False(Service.IsDisposed, "the service belongs to whoever made it");
    }

    /// <summary>The client vanishes.</summary>
    public async Task<int> VanishAsync()
    {
        await Client.CloseAsync();
        return await Running.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
