using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// Neovim 0.12: UTF-8 first; gathers keys and sends them in one notification right before it asks; takes nothing back while one types, only
/// where insert mode is left; replaces the range by lines and sends what differs. Written down from its traffic.
/// </summary>
internal sealed class NeovimEditor() : ScriptedEditor("utf-8")
{
    private readonly List<object> _unsent = [];

    protected override object Introduction => new
    {
        processId = 4711,
        clientInfo = new { name = "Neovim", version = "0.12.4" },
        rootPath = "/code",
        rootUri = "file:///code",
        workspaceFolders = new[] { new { uri = "file:///code", name = "/code" } },
        workDoneToken = "1",
        capabilities = new
        {
            general = new { positionEncodings = new[] { "utf-8", "utf-16", "utf-32" } },
            workspace = new { configuration = true, workspaceFolders = true, didChangeConfiguration = new { dynamicRegistration = false } },
            textDocument = new { inlineCompletion = new { dynamicRegistration = false } },
            window = new { workDoneProgress = true, showDocument = new { support = true } },
        },
        trace = "off",
    };

    public override Task TypeAsync(string text)
    {
        foreach (Rune key in text.EnumerateRunes())
        {
            _unsent.Add(new { range = Buffer.Range(Buffer.Cursor, Buffer.Cursor), rangeLength = 0, text = key.ToString() });
            Buffer.Replace(Buffer.Cursor, Buffer.Cursor, key.ToString());
        }
        return Task.CompletedTask;
    }

    public override async Task<string> AskAsync()
    {
        await FlushAsync();
        return await Client.RequestAsync("textDocument/inlineCompletion", At(triggerKind: 2));
    }

    /// <summary>Esc.</summary>
    public async Task LeaveInsertModeAsync(string asked)
    {
        await Client.CancelAsync(asked);
        await AssertCancelledAsync(Client, asked);
    }

    protected override string? Shown(JsonElement item)
    {
        var (start, _) = Replaced(item);
        string text = InsertText(item), line = Buffer.Text[start..].Split('\n')[0];
        int skip = Math.Max(line.AsSpan().CommonPrefixLength(text), Buffer.Cursor - start); // never before the cursor
        return text[skip..];
    }

    public override async Task AcceptAsync()
    {
        JsonElement item = Item!.Value;
        var (start, end) = Replaced(item);
        string before = Buffer.Text;
        var after = new EditorBuffer("utf-8");
        after.Fill(before + "|");
        after.Replace(start, end, InsertText(item));
        int same = before.AsSpan().CommonPrefixLength(after.Text);
        if (same > 0 && char.IsHighSurrogate(before[same - 1])) same--;
        int sameEnd = 0;
        while (sameEnd < Math.Min(before.Length, after.Text.Length) - same && before[^(sameEnd + 1)] == after.Text[^(sameEnd + 1)]) sameEnd++;
        string text = after.Text[same..^sameEnd];
        _unsent.Add(new { range = Buffer.Range(same, before.Length - sameEnd), rangeLength = before.Length - sameEnd - same, text });
        Buffer.Replace(start, end, InsertText(item));
        await FlushAsync();
        await RunCommandAsync(item);
    }

    private async Task FlushAsync()
    {
        if (_unsent.Count == 0) return;
        Version += _unsent.Count; // its version is the buffer's tick
        await Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = TestServer.Uri, version = Version }, contentChanges = _unsent });
        _unsent.Clear();
    }
}
