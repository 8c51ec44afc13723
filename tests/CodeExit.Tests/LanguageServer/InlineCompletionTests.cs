using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

public sealed class InlineCompletionTests
{
    [Fact]
    public async Task Item_InsideALine_RepeatsTheLineFromItsFirstColumn()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("def f(a):\n    retu");
        JsonElement item = await server.ItemAsync(TestServer.At(1, 8), "rn a\n");
        Assert.Equal("    return a\n", item.GetProperty("insertText").GetString());
        Assert.Equal("    return a\n", item.GetProperty("filterText").GetString());
        AssertRange(item, 1, 0, 8);
        JsonElement command = item.GetProperty("command");
        Assert.Equal("codeexit.didAccept", command.GetProperty("command").GetString());
        Assert.NotEqual("", command.GetProperty("title").GetString());
        Assert.Equal(JsonValueKind.String, Assert.Single(command.GetProperty("arguments").EnumerateArray().ToArray()).ValueKind);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_Document_IsHandedToTheServiceWithCursorAndLanguage()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("a\r\nb😀c\r\nd");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(1, 3));
        ScriptedCall call = await server.Service.NextCallAsync();
        Assert.Equal("a\r\nb😀c\r\nd", call.Request.Text);
        Assert.Equal(6, call.Request.Offset);
        Assert.Equal("python", call.Request.LanguageId);
        Assert.NotNull(call.Request.Origin);
        Assert.Null(call.Request.MaxTokens);
        call.Answer("");
        Assert.Equal("""{"items":[]}""", (await server.Client.ResultAsync(id)).GetRawText());
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("utf-16", 99, 3)] // past the end: the end, as the specification wants
    [InlineData("utf-16", int.MaxValue, 3)]
    [InlineData("utf-16", 2, 1)] // inside the pair: its start
    [InlineData("utf-8", 5, 3)]
    [InlineData("utf-8", 4, 1)]
    [InlineData("utf-8", 2, 1)]
    public async Task Position_OddCharacter_IsTheNearestSensibleOne(string encoding, int character, int offset)
    {
        TestServer server = await TestServer.StartAsync(capabilities: new { general = new { positionEncodings = new[] { encoding } } });
        await server.OpenAsync("a😀\n");
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, character));
        ScriptedCall call = await server.Service.NextCallAsync();
        Assert.Equal(offset, call.Request.Offset);
        call.Answer("");
        await server.Client.ResultAsync(id);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("utf-16", 4, 7)]
    [InlineData("utf-8", 7, 10)]
    public async Task Item_Range_IsInTheEncodingOfTheConnection(string encoding, int cursor, int end)
    {
        TestServer server = await TestServer.StartAsync(capabilities: new { general = new { positionEncodings = new[] { encoding } } });
        await server.OpenAsync("é😀(])}x");
        JsonElement item = await server.ItemAsync(TestServer.At(0, cursor), "a])}b"); // covers the three closers behind the cursor
        Assert.Equal("é😀(a])}b", item.GetProperty("insertText").GetString());
        AssertRange(item, 0, 0, end);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("print(", ")", "x)", 1)]
    [InlineData("print(", ")", "x", 0)]
    [InlineData("print(", ") + 1", "x)", 1)]
    [InlineData("print(f(", "))", "x))", 2)]
    [InlineData("print(f(", "))", "x)", 1)]
    [InlineData("print(", ")", "f(x)", 0)]
    [InlineData("print(", ")", "f(x))", 1)]
    [InlineData("print(\"", "\")", "hello\")", 2)]
    [InlineData("print(\"", "\")", "hello", 0)]
    [InlineData("print(\"", "\")", "a \\\" b\")", 2)]
    [InlineData("print(\"", "\")", "a\" + \"b\")", 2)]
    [InlineData("print(\"", "\")", "smile :)\")", 2)]
    [InlineData("f(", ")", "\":)\", x)", 1)]
    [InlineData("f(", ")", "\n    a,\n)", 1)]
    [InlineData("f(", " )", "x)", 0)]
    [InlineData("x = [", "]", "1, 2}", 0)]
    [InlineData("f(", ")", "x)  # don't", 1)]
    public async Task Item_ClosersBehindTheCursor_AreReplacedWhereTheTextBringsThem(string before, string after, string suggestion, int covered)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync(before + after + "\nnext");
        JsonElement item = await server.ItemAsync(TestServer.At(0, before.Length), suggestion);
        Assert.Equal(before + suggestion, item.GetProperty("insertText").GetString());
        AssertRange(item, 0, 0, before.Length + covered);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task SelectedCompletion_Widget_IsExtendedOverItsRange()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("console.lo()\nnext");
        object parameters = new
        {
            textDocument = new { uri = TestServer.Uri },
            position = new { line = 0, character = 10 },
            context = new { triggerKind = 2, selectedCompletionInfo = new { range = TestServer.Range(0, 8, 0, 10), text = "log" } },
        };
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", parameters);
        ScriptedCall call = await server.Service.NextCallAsync();
        Assert.Equal("console.log()\nnext", call.Request.Text);
        Assert.Equal(11, call.Request.Offset);
        call.Answer("(x)");
        JsonElement item = Assert.Single((await server.Client.ResultAsync(id)).GetProperty("items").EnumerateArray().ToArray());
        Assert.Equal("log(x)", item.GetProperty("insertText").GetString());
        Assert.Equal("log(x)", item.GetProperty("filterText").GetString());
        AssertRange(item, 0, 8, 10);
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData(0, 0, 0, 2)]
    [InlineData(0, 11, 0, 12)]
    [InlineData(0, 8, 1, 2)]
    [InlineData(7, 0, 7, 0)]
    public async Task SelectedCompletion_NotAroundTheCursor_IsInvalidParams(int startLine, int start, int endLine, int end)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("console.lo()\nnext");
        var (code, message) = await server.Client.FailAsync("textDocument/inlineCompletion", new
        {
            textDocument = new { uri = TestServer.Uri },
            position = new { line = 0, character = 10 },
            context = new { triggerKind = 2, selectedCompletionInfo = new { range = TestServer.Range(startLine, start, endLine, end), text = "log" } },
        });
        Assert.Equal(-32602, code);
        Assert.Contains("selectedCompletionInfo", message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Item_TextOfAnyKind_ArrivesAsItIs()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("");
        const string Suggestion = "\"<a href='x'>&amp;\\\t\u0001\u2028😀é漢\r\n";
        Assert.Equal(Suggestion, (await server.ItemAsync(TestServer.At(0, 0), Suggestion)).GetProperty("insertText").GetString());
        Assert.Equal("a\uFFFD", (await server.ItemAsync(TestServer.At(0, 0), "a\ud800")).GetProperty("insertText").GetString());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Item_VeryLongLine_RepeatsOnlyItsLastPart()
    {
        TestServer server = await TestServer.StartAsync();
        string line = string.Concat(Enumerable.Repeat("é😀", 1_000_000));
        await server.OpenAsync(line);
        JsonElement item = await server.ItemAsync(TestServer.At(0, line.Length), "x");
        string inserted = item.GetProperty("insertText").GetString()!;
        Assert.InRange(inserted.Length, 1000, 1100);
        Assert.EndsWith("😀x", inserted, StringComparison.Ordinal);
        Assert.False(char.IsLowSurrogate(inserted[0]));
        AssertRange(item, 0, line.Length - inserted.Length + 1, line.Length);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Request_LargeDocument_IsAWindowThatSplitsNoPair()
    {
        TestServer server = await TestServer.StartAsync();
        string text = string.Concat(Enumerable.Repeat("😀", 200_000));
        await server.OpenAsync("x" + text);
        foreach (int cursor in new[] { 1, 100_001, 200_001, 399_999 })
        {
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, cursor));
            ScriptedCall call = await server.Service.NextCallAsync();
            string window = call.Request.Text;
            Assert.InRange(call.Request.Offset, Math.Min(cursor, 65_536), 65_537 + 16_384);
            Assert.InRange(window.Length - call.Request.Offset, Math.Min(400_001 - cursor, 16_383), 16_384);
            Assert.False(char.IsLowSurrogate(window[0]));
            Assert.False(char.IsHighSurrogate(window[^1]));
            call.Answer("");
            await server.Client.ResultAsync(id);
        }
        await server.ShutDownAsync();
    }

    /// <summary>A start that moved with each key would shift the whole prompt, and none of the KV cache could be reused.</summary>
    [Fact]
    public async Task Request_CursorMovesOnInALargeDocument_KeepsTheWindowsStart()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync(new string('x', 200_000));
        var starts = new HashSet<int>();
        for (int cursor = 150_000; cursor < 150_040; cursor++)
        {
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, cursor));
            ScriptedCall call = await server.Service.NextCallAsync();
            starts.Add(cursor - call.Request.Offset);
            call.Answer("");
            await server.Client.ResultAsync(id);
        }
        Assert.Single(starts);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Menu_NotAskedFor_IsMethodNotFoundAndSaysHow()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x");
        var (code, message) = await server.Client.FailAsync("textDocument/completion", TestServer.At(0, 1));
        Assert.Equal(-32601, code);
        Assert.Contains("textDocumentCompletion", message, StringComparison.Ordinal);
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Menu_AskedFor_OffersTheSuggestionWithTheWordBeforeTheCursor()
    {
        TestServer server = TestServer.Create();
        JsonElement initialized = await server.InitializeAsync(options: new { textDocumentCompletion = true });
        Assert.Equal("""{"workDoneProgress":false}""", initialized.GetProperty("capabilities").GetProperty("completionProvider").GetRawText());
        await server.OpenAsync("a.read_li()");
        string id = await server.Client.RequestAsync("textDocument/completion", TestServer.At(0, 10));
        (await server.Service.NextCallAsync()).Answer("nes)\nb");
        JsonElement list = await server.Client.ResultAsync(id);
        Assert.Equal("nes) …", list.GetProperty("items")[0].GetProperty("label").GetString()); // after a bracket there is no word
        id = await server.Client.RequestAsync("textDocument/completion", TestServer.At(0, 9));
        (await server.Service.NextCallAsync()).Answer("nes");
        list = await server.Client.ResultAsync(id);
        Assert.True(list.GetProperty("isIncomplete").GetBoolean());
        JsonElement item = Assert.Single(list.GetProperty("items").EnumerateArray().ToArray());
        Assert.Equal("read_lines", item.GetProperty("label").GetString());
        Assert.Equal("read_lines", item.GetProperty("filterText").GetString());
        Assert.Equal("read_lines", item.GetProperty("textEdit").GetProperty("newText").GetString());
        AssertRange(item.GetProperty("textEdit"), 0, 2, 9);
        Assert.Equal("codeexit.didAccept", item.GetProperty("command").GetProperty("command").GetString());

        id = await server.Client.RequestAsync("textDocument/completion", TestServer.At(0, 9));
        (await server.Service.NextCallAsync()).Answer("\n  ");
        Assert.Equal(0, (await server.Client.ResultAsync(id)).GetProperty("items").GetArrayLength());
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task Menu_BesideGhostText_NeitherSupersedesTheOther()
    {
        TestServer server = await TestServer.StartAsync(options: new { textDocumentCompletion = true });
        await server.OpenAsync("x = ");
        string ghost = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 4));
        ScriptedCall first = await server.Service.NextCallAsync();
        string menu = await server.Client.RequestAsync("textDocument/completion", TestServer.At(0, 4));
        (await server.Service.NextCallAsync()).Answer("1");
        first.Answer("2");
        Assert.Equal(1, (await server.Client.ResultAsync(ghost)).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await server.Client.ResultAsync(menu)).GetProperty("items").GetArrayLength());
        await server.ShutDownAsync();
    }

    private static void AssertRange(JsonElement item, int line, int start, int end)
        => Assert.Equal(JsonSerializer.Serialize(TestServer.Range(line, start, line, end)), item.GetProperty("range").GetRawText());
}
