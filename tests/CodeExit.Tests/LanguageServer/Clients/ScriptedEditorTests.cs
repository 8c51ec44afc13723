using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>What users of each editor get: the document after a suggestion was typed for, shown and accepted as their client does it.</summary>
public sealed class ScriptedEditorTests
{
    private static readonly Dictionary<string, Func<ScriptedEditor>> Editors = new()
    {
        ["VS Code"] = () => new VsCodeEditor(),
        ["Neovim"] = () => new NeovimEditor(),
        ["lsp-mode"] = () => new LspModeEditor(),
        ["LSP4IJ"] = () => new Lsp4ijEditor(insertOnly: true),
        ["copilot.el"] = () => new CopilotElEditor(),
    };

    public static TheoryData<string, string, string, string, string> Sessions()
    {
        var sessions = new TheoryData<string, string, string, string, string>();
        foreach (string editor in Editors.Keys)
        {
            sessions.Add(editor, "def f(a):\n    re|\n", "tu", "rn a", "def f(a):\n    return a\n");
            sessions.Add(editor, "|", "import", " os\n", "import os\n");
            sessions.Add(editor, "\n|\nx = 1", "y", " = 2", "\ny = 2\nx = 1");
            sessions.Add(editor, "name = \"é😀\"; x = |\n", "na", "me", "name = \"é😀\"; x = name\n");
            sessions.Add(editor, "a = '|'\n", "é𝒳😀", "ü😀'", "a = 'é𝒳😀ü😀'\n");
            sessions.Add(editor, "if a:\n    |\nend()\n", "b", "()\n    c()", "if a:\n    b()\n    c()\nend()\n");
            sessions.Add(editor, "\tx = |", "1", " + 2\n\ty = x", "\tx = 1 + 2\n\ty = x");
            sessions.Add(editor, "print(|)\n", "x", ", y)", "print(x, y)\n");
            sessions.Add(editor, "print(f(|))\n", "x", ", y))", "print(f(x, y))\n");
            sessions.Add(editor, "print(\"|\")\n", "he", "llo\")", "print(\"hello\")\n");
            sessions.Add(editor, "print(|) + 1\n", "x", ", y", "print(x, y) + 1\n");
        }
        return sessions;
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Session_TypeShowAccept_LeavesTheDocumentRight(string name, string document, string typed, string suggestion, string expected)
    {
        ScriptedEditor editor = Editors[name]();
        await editor.OpenAsync(document);
        await editor.TypeAsync(typed);
        string before = editor.Buffer.Text;

        string? shown = await editor.SuggestAsync(suggestion);
        Assert.Equal(before, editor.Buffer.Text);
        Assert.False(string.IsNullOrEmpty(shown), $"{name} shows nothing");
        Assert.StartsWith(shown, suggestion, StringComparison.Ordinal);
        await editor.AcceptAsync();

        Assert.Equal(expected, editor.Buffer.Text);
        Assert.Equal(1, await editor.AcceptedAsync()); // said or inferred, and once only
        await editor.AssertInSyncAsync();
        await editor.EndAsync();
    }

    [Theory]
    [InlineData("VS Code", "print(x, y) + 1\n")]
    [InlineData("Neovim", "print(x, y) + 1\n")]
    [InlineData("lsp-mode", "print(x, y) + 1\n")]
    [InlineData("copilot.el", "print(x, y) + 1\n")]
    [InlineData("LSP4IJ", "print(x, y)\n")] // it cannot write behind the bracket, so it gets what stands before
    public async Task Session_SuggestionGoesOnBehindAClosingBracket_LeavesTheDocumentRight(string name, string expected)
    {
        ScriptedEditor editor = Editors[name]();
        await editor.OpenAsync("print(|)\n");
        await editor.TypeAsync("x");

        await editor.SuggestAsync(", y) + 1");
        await editor.AcceptAsync();

        Assert.Equal(expected, editor.Buffer.Text);
        await editor.AssertInSyncAsync();
        await editor.EndAsync();
    }

    [Fact]
    public async Task Lsp4ij_SuggestionIsOnlyWhatStandsThere_GetsNothing()
    {
        var editor = new Lsp4ijEditor(insertOnly: true);
        await editor.OpenAsync("print(x|)\n");
        Assert.Null(await editor.SuggestAsync(")"));
        await editor.EndAsync();
    }

    /// <summary>Why docs/editors.md asks for the option.</summary>
    [Fact]
    public async Task Lsp4ij_WithoutInsertOnly_WritesBehindTheBracket()
    {
        var editor = new Lsp4ijEditor(insertOnly: false);
        await editor.OpenAsync("print(|)\n");
        await editor.SuggestAsync("x)");
        await editor.AcceptAsync();
        Assert.Equal("print()x)\n", editor.Buffer.Text);
        await editor.EndAsync();
    }

    [Fact]
    public async Task VsCode_AcceptsAWordAndAsksOn_ServerFollows()
    {
        var editor = new VsCodeEditor();
        await editor.OpenAsync("x = |\n");
        Assert.Equal("alpha + beta", await editor.SuggestAsync("alpha + beta"));

        await editor.AcceptWordAsync();
        Assert.Equal("x = alpha\n", editor.Buffer.Text);
        Assert.Equal(0, await editor.AcceptedAsync());
        Assert.Equal(" + beta", await editor.SuggestAsync(" + beta"));
        await editor.AcceptAsync();

        Assert.Equal("x = alpha + beta\n", editor.Buffer.Text);
        await editor.AssertInSyncAsync();
        await editor.EndAsync();
    }

    [Fact]
    public async Task Neovim_AsksAgainBeforeTheAnswer_TheOlderIsNullAndEscTakesTheNewerBack()
    {
        var editor = new NeovimEditor();
        await editor.OpenAsync("é = |\n");
        string older = await editor.AskAsync();
        await editor.Server.Service.NextCallAsync();
        await editor.TypeAsync("😀");
        string newer = await editor.AskAsync();
        await editor.Server.Service.NextCallAsync();

        Assert.Equal(JsonValueKind.Null, (await editor.Server.Client.ResultAsync(older)).ValueKind);
        await editor.LeaveInsertModeAsync(newer);
        await editor.AssertInSyncAsync();
        await editor.EndAsync();
    }

    [Fact]
    public async Task LspMode_AKeyWhileItWaits_TakesTheRequestBack()
    {
        var editor = new LspModeEditor();
        await editor.OpenAsync("x = |\n");
        string asked = await editor.AskAsync();
        await editor.Server.Service.NextCallAsync();

        await editor.TypeOnAsync(asked, "ü");

        Assert.Equal("1", await editor.SuggestAsync("1"));
        await editor.EndAsync();
    }

    [Fact]
    public async Task Lsp4ij_CursorMovedOn_TakesTheRequestBackAndAsksThere()
    {
        var editor = new Lsp4ijEditor(insertOnly: true);
        await editor.OpenAsync("x = |\n");
        await editor.AskAsync();
        await editor.Server.Service.NextCallAsync();

        string asked = await editor.AskElsewhereAsync("y");

        ScriptedCall call = await editor.Server.Service.NextCallAsync();
        Assert.Equal(("x = y\n", 5), (call.Request.Text, call.Request.Offset));
        call.Answer("");
        await editor.Server.Client.ResultAsync(asked);
        await editor.EndAsync();
    }

    [Fact]
    public async Task CopilotEl_TakesAPart_IsCountedWithWhatStoodThereLeftOut()
    {
        var editor = new CopilotElEditor();
        await editor.OpenAsync("x = |\n");
        Assert.Equal("alpha + beta", await editor.SuggestAsync("alpha + beta"));

        await editor.AcceptPartAsync("alpha".Length);

        Assert.Equal("x = alpha\n", editor.Buffer.Text);
        JsonElement counts = (await editor.Server.Client.CallAsync("codeexit/status")).GetProperty("suggestions");
        Assert.Equal((1, 1), (counts.GetProperty("shown").GetInt32(), counts.GetProperty("partiallyAccepted").GetInt32()));
        Assert.Equal([0, "alpha".Length], editor.Server.Service.Fates.Select(fate => fate.AcceptedCharacters));
        await editor.AssertInSyncAsync();
        await editor.EndAsync();
    }
}
