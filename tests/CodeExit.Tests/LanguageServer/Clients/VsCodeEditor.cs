using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>
/// VS Code with vscode-languageclient 10: UTF-16 only; asks at every key and takes the request before back; asks again after each accept;
/// shows an item only where the text in its range can become the item's by insertions alone.
/// </summary>
internal sealed class VsCodeEditor() : ScriptedEditor("utf-16")
{
    private string? _asked;

    protected override object Introduction => new
    {
        processId = 4711,
        clientInfo = new { name = "Visual Studio Code", version = "1.139.1" },
        locale = "en",
        rootPath = "/code",
        rootUri = "file:///code",
        capabilities = new
        {
            workspace = new { applyEdit = true, configuration = true, workspaceFolders = true, executeCommand = new { dynamicRegistration = true } },
            textDocument = new
            {
                synchronization = new { dynamicRegistration = true, willSave = true, willSaveWaitUntil = true, didSave = true },
                inlineCompletion = new { dynamicRegistration = true },
            },
            window = new { workDoneProgress = true, showMessage = new { messageActionItem = new { additionalPropertiesSupport = true } } },
            general = new { staleRequestSupport = new { cancel = true, retryOnContentModified = Array.Empty<string>() }, positionEncodings = new[] { "utf-16" } },
        },
        initializationOptions = new { },
        trace = "off",
        workspaceFolders = new[] { new { uri = "file:///code", name = "code" } },
    };

    public override async Task TypeAsync(string text)
    {
        foreach (Rune key in text.EnumerateRunes())
        {
            await ChangeAsync(Buffer.Cursor, Buffer.Cursor, key.ToString(), rangeLength: 0);
            await TakeBackAsync();
            _asked = await Client.RequestAsync("textDocument/inlineCompletion", At(triggerKind: 2));
        }
    }

    public override async Task<string> AskAsync()
    {
        if (_asked is { } asked)
        {
            _asked = null;
            return asked; // typing asked already
        }
        return await Client.RequestAsync("textDocument/inlineCompletion", At(triggerKind: 2));
    }

    protected override string? Shown(JsonElement item)
    {
        var (start, end) = Replaced(item);
        string text = InsertText(item);
        if (Buffer.Text[start..end].Contains('\n') || Buffer.Cursor < start || Buffer.Cursor > end) return null;
        string before = Buffer.Text[start..Buffer.Cursor], after = Buffer.Text[Buffer.Cursor..end];
        if (!item.GetProperty("filterText").GetString()!.StartsWith(before, StringComparison.Ordinal) || !text.StartsWith(before, StringComparison.Ordinal)) return null;
        return HasInOrder(text[before.Length..], after) ? text[before.Length..] : null;
    }

    public override async Task AcceptAsync()
    {
        JsonElement item = Item!.Value;
        var (start, end) = Replaced(item);
        await ChangeAsync(start, end, InsertText(item), rangeLength: end - start);
        await RunCommandAsync(item);
    }

    /// <summary>Accepts the next word: an edit and nothing else, as VS Code tells no language client.</summary>
    public Task AcceptWordAsync()
    {
        string rest = Shown(Item!.Value)!;
        int length = rest.TakeWhile(character => character == ' ').Count();
        length += rest.Skip(length).TakeWhile(char.IsLetterOrDigit).Count();
        return ChangeAsync(Buffer.Cursor, Buffer.Cursor, rest[..length], rangeLength: 0);
    }

    private async Task TakeBackAsync()
    {
        if (_asked is null) return;
        await Server.Service.NextCallAsync();
        await Client.CancelAsync(_asked);
        await AssertCancelledAsync(Client, _asked);
    }

    private static bool HasInOrder(string text, string wanted)
    {
        int at = 0;
        return wanted.All(character => (at = text.IndexOf(character, at) + 1) > 0);
    }
}
