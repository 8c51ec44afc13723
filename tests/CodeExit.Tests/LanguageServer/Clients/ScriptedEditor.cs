using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// An editor's client written down: what it sends, in which order, and what it makes of an answer. Each subclass was written from its
/// client's behaviour (its source, or its traffic with this server), so the document that comes out is what a user of that editor gets.
/// </summary>
internal abstract class ScriptedEditor
{
    private readonly string _encoding;

    protected ScriptedEditor(string encoding)
    {
        _encoding = encoding;
        Buffer = new EditorBuffer(encoding);
    }

    public TestServer Server { get; } = TestServer.Create();

    public EditorBuffer Buffer { get; }

    protected TestClient Client => Server.Client;

    protected int Version { get; set; }

    /// <summary>The item that is shown; null where none is.</summary>
    protected JsonElement? Item { get; set; }

    /// <summary>All of initialize's parameters.</summary>
    protected abstract object Introduction { get; }

    /// <summary>From start-up to an open document.</summary>
    /// <param name="marked">Its text, in which | is the cursor.</param>
    public virtual async Task OpenAsync(string marked)
    {
        JsonElement result = await Client.CallAsync("initialize", Introduction);
        Assert.Equal(_encoding, result.GetProperty("capabilities").GetProperty("positionEncoding").GetString());
        await Client.NotifyAsync("initialized");
        Buffer.Fill(marked);
        await Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = TestServer.Uri, languageId = "python", version = Version, text = Buffer.Text } });
    }

    /// <summary>The keys of a text, one after the other, with what the client does meanwhile.</summary>
    public abstract Task TypeAsync(string text);

    /// <summary>Asks as the client does where typing rests.</summary>
    /// <returns>The request's id.</returns>
    public abstract Task<string> AskAsync();

    /// <summary>What the user sees of an item; null where the client shows nothing.</summary>
    protected abstract string? Shown(JsonElement item);

    public abstract Task AcceptAsync();

    /// <summary>Asks, lets the server answer, and says what the user sees.</summary>
    public virtual async Task<string?> SuggestAsync(string suggestion)
    {
        string id = await AskAsync();
        (await Server.Service.NextCallAsync()).Answer(suggestion);
        JsonElement result = await Client.ResultAsync(id);
        Item = result.GetProperty("items").EnumerateArray().Cast<JsonElement?>().FirstOrDefault();
        return Item is { } item ? Shown(item) : null;
    }

    /// <summary>The server has the document that the user sees, and the cursor where the user has it.</summary>
    public async Task AssertInSyncAsync()
    {
        string id = await AskAsync();
        ScriptedCall call = await Server.Service.NextCallAsync();
        Assert.Equal((Buffer.Text, Buffer.Cursor), (call.Request.Text, call.Request.Offset));
        call.Answer("");
        await Client.ResultAsync(id);
    }

    public async Task<int> AcceptedAsync() =>
        (await Client.CallAsync("codeexit/status")).GetProperty("suggestions").GetProperty("accepted").GetInt32();

    /// <summary>As the client ends its server.</summary>
    public virtual Task EndAsync() => Server.ShutDownAsync();

    protected object At(int triggerKind) => new
    {
        textDocument = new { uri = TestServer.Uri },
        position = Buffer.Position(Buffer.Cursor),
        context = new { triggerKind },
    };

    /// <summary>One edit, in the document and in a notification.</summary>
    /// <param name="rangeLength">Sent where given, however the client counts it: deprecated, and not to be relied on.</param>
    protected Task ChangeAsync(int start, int end, string text, int? rangeLength = null)
    {
        object range = Buffer.Range(start, end);
        Buffer.Replace(start, end, text);
        object change = rangeLength is { } length ? new { range, rangeLength = length, text } : new { range, text };
        return Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = TestServer.Uri, version = ++Version }, contentChanges = new[] { change } });
    }

    protected (int Start, int End) Replaced(JsonElement item)
    {
        JsonElement range = item.GetProperty("range");
        return (Buffer.Offset(range.GetProperty("start")), Buffer.Offset(range.GetProperty("end")));
    }

    protected static string InsertText(JsonElement item) => item.GetProperty("insertText").GetString()!;

    /// <summary>The command as it came, however it is written.</summary>
    protected Task RunCommandAsync(JsonElement item) => Client.CallAsync("workspace/executeCommand", new
    {
        command = item.GetProperty("command").GetProperty("command").GetString(),
        arguments = item.GetProperty("command").GetProperty("arguments"),
    });

    protected static async Task AssertCancelledAsync(TestClient client, string id) => Assert.Equal(-32800, (await client.ErrorAsync(id)).Code);
}
