using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer;

public sealed class DocumentSyncTests
{
    /// <summary>
    /// 500 edits as a client would send them, several to a message at times, at positions in either encoding: inside lines, past their
    /// ends, in the middle of a code point, with every kind of line end. The text handed to the service must be the model's.
    /// </summary>
    [Theory]
    [InlineData("utf-16", 1)]
    [InlineData("utf-8", 2)]
    public async Task DidChange_RandomEdits_EqualANaiveString(string encoding, int seed)
    {
        TestServer server = await TestServer.StartAsync(capabilities: new { general = new { positionEncodings = new[] { encoding } } });
        var random = new Random(seed);
        var model = new NaiveDocument(RandomText(random, 400), encoding == "utf-8");
        await server.OpenAsync(model.Text);
        for (int edit = 0, version = 2; edit < 500; version++)
        {
            var changes = new List<object>();
            for (int i = random.Next(1, 4); i > 0; i--, edit++) changes.Add(RandomChange(random, model));
            await server.Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = TestServer.Uri, version }, contentChanges = changes });

            var (line, character) = model.RandomPosition(random);
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(line, character));
            ScriptedCall call = await server.Service.NextCallAsync();
            Assert.Equal(model.Text, call.Request.Text);
            Assert.Equal(model.Offset(line, character), call.Request.Offset);
            call.Answer("");
            await server.Client.ResultAsync(id);
        }
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task DidChange_WithoutRange_ReplacesTheText()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("old");
        await server.Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = TestServer.Uri, version = 2 }, contentChanges = new[] { new { text = "new text" } } });
        Assert.Equal("new text", await TextAsync(server));
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData(0, 5, 0, 2, "ab|fg\nxyz")] // reversed
    [InlineData(0, 3, 99, 0, "abc|")] // far below the end
    [InlineData(99, 0, 120, 5, "abcdefg\nxyz|")]
    [InlineData(0, 99, 1, 0, "abcdefg|xyz")] // past the line's end: its end, before the line break
    [InlineData(-4, -4, 0, 2, "|cdefg\nxyz")]
    [InlineData(2, 0, 2, 0, "abcdefg\nxyz|")] // one line past the last: the end
    [InlineData(0, 0, int.MaxValue, int.MaxValue, "|")]
    public async Task DidChange_RangeOutside_IsClamped(int startLine, int start, int endLine, int end, string expected)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("abcdefg\nxyz");
        await server.ChangeAsync(startLine, start, endLine, end, "|");
        Assert.Equal(expected, await TextAsync(server));
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("1e300")]
    [InlineData("99999999999999999999999999")]
    [InlineData("9.0")]
    public async Task DidChange_HugeNumbers_AreClamped(string number)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("abc");
        await server.Client.SendAsync($$"""
            {"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"{{TestServer.Uri}}","version":null},
            "contentChanges":[{"range":{"start":{"line":0,"character":{{number}} },"end":{"line":{{number}},"character":0} },"rangeLength":0,"text":"d"}]} }
            """);
        Assert.Equal("abcd", await TextAsync(server));
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task DidChange_NotOpen_IsLoggedAndIgnored()
    {
        TestServer server = await TestServer.StartAsync();
        await server.ChangeAsync(0, 0, 0, 0, "x");
        await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = TestServer.Uri } });
        await server.ShutDownAsync();
        Assert.Equal(2, server.Log.Count(line => line.Contains("not open", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DidOpen_Again_ReplacesTheText()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("one");
        await server.OpenAsync("two");
        Assert.Equal("two", await TextAsync(server));
        Assert.Equal(1, (await server.Client.CallAsync("codeexit/status")).GetProperty("openDocuments").GetInt32());
        await server.ShutDownAsync();
    }

    [Theory]
    [InlineData("vscode-notebook-cell:/home/me/a.ipynb#W0sZmlsZQ%3D%3D")]
    [InlineData("untitled:Untitled-1")]
    [InlineData("not a uri at all \u00e9")]
    public async Task Document_AnyUri_IsAString(string uri)
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync("x = ", uri);
        await server.ItemAsync(TestServer.At(0, 4, uri), "1");
        await server.ShutDownAsync();
    }

    [Fact]
    public async Task DidOpen_LoneSurrogates_BecomeOneReplacementUnitEach()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.SendAsync($$"""
            {"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"{{TestServer.Uri}}","languageId":"python","version":1,
            "text":"a\ud83dB\udE00c \ud83d\ude00 \\ud800 \udc00\ud800"} } }
            """);
        Assert.Equal("a\uFFFDB\uFFFDc 😀 \\ud800 \uFFFD\uFFFD", await TextAsync(server));
        await server.ChangeAsync(0, 2, 0, 3, "b");
        Assert.Equal("a\uFFFDb\uFFFDc 😀 \\ud800 \uFFFD\uFFFD", await TextAsync(server));
        await server.ShutDownAsync();
    }

    private static async Task<string> TextAsync(TestServer server)
    {
        string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(0, 0));
        ScriptedCall call = await server.Service.NextCallAsync();
        call.Answer("");
        await server.Client.ResultAsync(id);
        return call.Request.Text;
    }

    private static object RandomChange(Random random, NaiveDocument model)
    {
        string text = RandomText(random, random.Next(8));
        if (random.Next(60) == 0)
        {
            model.Text = text + model.Text;
            return new { text = model.Text };
        }
        var (startLine, start) = model.RandomPosition(random);
        var (endLine, end) = random.Next(3) == 0 ? model.RandomPosition(random) : (startLine, start + random.Next(6));
        int from = model.Offset(startLine, start);
        int to = model.Offset(endLine, end);
        model.Text = model.Text[..Math.Min(from, to)] + text + model.Text[Math.Max(from, to)..];
        return new { range = TestServer.Range(startLine, start, endLine, end), text };
    }

    private static string RandomText(Random random, int length)
    {
        string[] alphabet = ["a", "b", " ", "\t", "é", "ß", "漢", "😀", "👩‍💻", "𝒳", "\u0301", "\n", "\n", "\r\n", "\r", "\u2028", "\"", "\\", "<", "\0"];
        return string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }

    /// <summary>Positions the slow way: one character after the other from the start of the text.</summary>
    private sealed class NaiveDocument(string text, bool countsBytes)
    {
        public string Text { get; set; } = text;

        public (int Line, int Character) RandomPosition(Random random)
        {
            int lines = 1;
            for (int i = 0; i < Text.Length; i++) if (EndsLine(i)) lines++;
            return (random.Next(lines), random.Next(random.Next(4) == 0 ? 100 : 12));
        }

        public int Offset(int line, int character)
        {
            int at = 0;
            for (; line > 0; at++) if (EndsLine(at)) line--;
            while (at < Text.Length && Text[at] is not ('\r' or '\n'))
            {
                int units = char.IsHighSurrogate(Text[at]) ? 2 : 1;
                character -= countsBytes ? Encoding.UTF8.GetByteCount(Text.AsSpan(at, units)) : units;
                if (character < 0) break;
                at += units;
            }
            return at;
        }

        /// <summary>Whether the unit is the last one of a line end.</summary>
        private bool EndsLine(int at) => Text[at] == '\n' || (Text[at] == '\r' && !(at + 1 < Text.Length && Text[at + 1] == '\n'));
    }
}
