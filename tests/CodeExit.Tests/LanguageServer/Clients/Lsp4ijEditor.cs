using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// A JetBrains IDE with LSP4IJ: names no encodings; calls every request automatic; takes a request back where the cursor has moved on; cuts
/// an item's text at the cursor's place in its range, and inserts that behind what the range holds after the cursor; runs no command.
/// </summary>
/// <param name="insertOnly">Whether its user followed docs/editors.md.</param>
internal sealed class Lsp4ijEditor(bool insertOnly) : ScriptedEditor("utf-16")
{
    private string? _asked;

    protected override object Introduction => new
    {
        processId = 4711,
        rootUri = "file:///code",
        capabilities = new
        {
            workspace = new { applyEdit = true, configuration = true, workspaceFolders = true },
            textDocument = new { inlineCompletion = new { dynamicRegistration = true } },
            window = new { workDoneProgress = true },
        },
        clientInfo = new { name = "PyCharm", version = "PY-261.1" },
        initializationOptions = insertOnly ? new { insertOnly } : null,
        trace = "off",
        workspaceFolders = new[] { new { uri = "file:///code", name = "code" } },
    };

    public override async Task TypeAsync(string text)
    {
        foreach (Rune key in text.EnumerateRunes()) await ChangeAsync(Buffer.Cursor, Buffer.Cursor, key.ToString(), rangeLength: 0);
    }

    public override async Task<string> AskAsync() => _asked = await Client.RequestAsync("textDocument/inlineCompletion", At(triggerKind: 2));

    /// <summary>Types on and asks at the new place, before the answer is there.</summary>
    public async Task<string> AskElsewhereAsync(string typed)
    {
        await TypeAsync(typed);
        string before = _asked!;
        await Client.CancelAsync(before);
        await AssertCancelledAsync(Client, before);
        return await AskAsync();
    }

    protected override string? Shown(JsonElement item)
    {
        var (start, _) = Replaced(item);
        string text = InsertText(item);
        int typed = Buffer.Cursor - start;
        return typed > 0 && typed < text.Length ? text[typed..] : text;
    }

    public override Task AcceptAsync()
    {
        JsonElement item = Item!.Value;
        var (_, end) = Replaced(item);
        int at = Math.Max(Buffer.Cursor, end); // what stands between is skipped, not replaced
        return ChangeAsync(at, at, Shown(item)!, rangeLength: 0);
    }
}
