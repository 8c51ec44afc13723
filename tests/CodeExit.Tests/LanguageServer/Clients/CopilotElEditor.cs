using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// Emacs with copilot.el: introduces its plug-in; says what it showed and what of it was taken, naming the command only; drops what item and
/// line have in common from the range's start, and replaces from the cursor to the range's end; deletes the server's process without a word.
/// </summary>
internal sealed class CopilotElEditor() : ScriptedEditor("utf-16")
{
    protected override object Introduction => new
    {
        processId = 4711,
        clientInfo = new { name = "copilot.el", version = "0.6" },
        rootUri = "file:///code",
        capabilities = new { workspace = new { workspaceFolders = true }, window = new { showDocument = new { support = true } } },
        initializationOptions = new { editorInfo = new { name = "Emacs", version = "30.2" }, editorPluginInfo = new { name = "copilot.el", version = "0.6" } },
    };

    public override async Task OpenAsync(string marked)
    {
        await base.OpenAsync(marked);
        await Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { telemetry = new { telemetryLevel = "all" } } });
        await Client.NotifyAsync("workspace/didChangeWorkspaceFolders", new { @event = new { added = new[] { new { uri = "file:///code", name = "code" } }, removed = Array.Empty<object>() } });
        await Client.NotifyAsync("textDocument/didFocus", new { textDocument = new { uri = TestServer.Uri } });
    }

    public override Task TypeAsync(string text) => ChangeAsync(Buffer.Cursor, Buffer.Cursor, text); // what one command changed

    public override Task<string> AskAsync() => Client.RequestAsync("textDocument/inlineCompletion", new
    {
        textDocument = new { uri = TestServer.Uri },
        position = Buffer.Position(Buffer.Cursor),
        context = new { triggerKind = 2 },
        formattingOptions = new { tabSize = 4, insertSpaces = true },
    });

    public override async Task<string?> SuggestAsync(string suggestion)
    {
        string? shown = await base.SuggestAsync(suggestion);
        if (shown is not null) await Client.NotifyAsync("textDocument/didShowCompletion", new { item = Reference() });
        return shown;
    }

    protected override string? Shown(JsonElement item)
    {
        var (start, _) = Replaced(item);
        string text = InsertText(item);
        int common = Buffer.Text[start..].Split('\n')[0].AsSpan().CommonPrefixLength(text);
        return start + common <= Buffer.Cursor && text[common..].Trim().Length > 0 ? text[common..] : null;
    }

    public override async Task AcceptAsync()
    {
        JsonElement item = Item!.Value;
        var (_, end) = Replaced(item);
        await ChangeAsync(Buffer.Cursor, end, Shown(item)!);
        await RunCommandAsync(item);
    }

    /// <summary>Takes the first <paramref name="length"/> units of what is shown.</summary>
    public async Task AcceptPartAsync(int length)
    {
        JsonElement item = Item!.Value;
        string shown = Shown(item)!;
        int acceptedLength = InsertText(item).Length - shown.Length + length;
        await ChangeAsync(Buffer.Cursor, Buffer.Cursor, shown[..length]);
        await Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item = Reference(), acceptedLength });
    }

    public override async Task EndAsync() => Assert.Equal(1, await Server.VanishAsync());

    private object Reference() => new { command = Item!.Value.GetProperty("command") };
}
