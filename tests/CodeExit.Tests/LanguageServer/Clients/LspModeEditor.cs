using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// Emacs with lsp-mode 10: UTF-32 first, then UTF-8; an unset capability is null; empties the range and then inserts, in two notifications;
/// counts rangeLength in characters. Written down from its traffic.
/// </summary>
internal sealed class LspModeEditor() : ScriptedEditor("utf-8")
{
    private int _trigger = 1;

    protected override object Introduction => new
    {
        processId = 4711,
        rootPath = "/code",
        clientInfo = new { name = "emacs", version = "GNU Emacs 30.2 (build 2, x86_64-pc-linux-gnu)\n of 2026-08-15, modified by Debian" },
        rootUri = "file:///code",
        capabilities = new
        {
            general = new { positionEncodings = new[] { "utf-32", "utf-8", "utf-16" } },
            workspace = new { applyEdit = true, configuration = true, workspaceFolders = true, executeCommand = new { dynamicRegistration = false } },
            textDocument = new { inlineCompletion = (object?)null, synchronization = new { willSave = true, didSave = true, willSaveWaitUntil = true } },
            window = new { workDoneProgress = true, showDocument = new { support = true } },
        },
        initializationOptions = (object?)null,
        workDoneToken = "1",
    };

    public override async Task TypeAsync(string text)
    {
        foreach (Rune key in text.EnumerateRunes()) await ChangeAsync(Buffer.Cursor, Buffer.Cursor, key.ToString(), rangeLength: 0);
        _trigger = 2; // the idle timer asks
    }

    public override Task<string> AskAsync() => Client.RequestAsync("textDocument/inlineCompletion", At(_trigger));

    /// <summary>A key while the answer is awaited.</summary>
    public async Task TypeOnAsync(string asked, string key)
    {
        await Client.CancelAsync(asked);
        await AssertCancelledAsync(Client, asked);
        await TypeAsync(key);
    }

    protected override string? Shown(JsonElement item)
    {
        var (start, _) = Replaced(item);
        string text = InsertText(item), before = Buffer.Text[start..Buffer.Cursor];
        return text.StartsWith(before, StringComparison.Ordinal) ? text[before.Length..] : text[1..]; // it draws over the first character else
    }

    public override async Task AcceptAsync()
    {
        JsonElement item = Item!.Value;
        var (start, end) = Replaced(item);
        if (end > start) await ChangeAsync(start, end, "", rangeLength: Buffer.Text[start..end].EnumerateRunes().Count());
        await ChangeAsync(start, start, InsertText(item), rangeLength: 0);
        await RunCommandAsync(item);
    }

    /// <summary>It kills the process right behind exit.</summary>
    public override async Task EndAsync()
    {
        await Client.CallAsync("shutdown");
        await Client.NotifyAsync("exit");
        await Server.VanishAsync();
    }
}
