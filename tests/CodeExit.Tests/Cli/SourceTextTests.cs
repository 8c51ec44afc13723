using System.Text;
using CodeExit.Cli;
using CodeExit.Cli.Input;

namespace CodeExit.Tests.Cli;

public sealed class SourceTextTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Theory]
    [InlineData("ab\ncd\n", 1, null, 2)]
    [InlineData("ab\ncd\n", 2, 1, 3)]
    [InlineData("ab\ncd\n", 2, 3, 5)]
    [InlineData("ab\ncd\n", 3, null, 6)]
    [InlineData("ab\r\ncd\r\n", 1, null, 2)]
    [InlineData("ab\r\ncd\r\n", 2, null, 6)]
    [InlineData("ab\rcd", 2, 1, 3)]
    [InlineData("", 1, null, 0)]
    [InlineData("", 1, 1, 0)]
    [InlineData("x🙂y", 1, 2, 1)]
    [InlineData("x🙂y", 1, 4, 3)]
    public void Offset_PlaceInside_CountsUtf16Units(string text, int line, int? column, int expected)
    {
        Assert.Equal(expected, new SourceText("f", text).Offset(new SourceLocation("f", line, column)));
    }

    [Theory]
    [InlineData("a\nb\n", 4, null, "3 lines")]
    [InlineData("a\nb\n", 0, null, "3 lines")]
    [InlineData("", 2, null, "1 line:")]
    [InlineData("abc\r\nd", 1, 5, "columns 1 to 4")]
    [InlineData("abc", 1, 0, "columns 1 to 4")]
    [InlineData("x🙂y", 1, 3, "use 2 or 4")]
    public void Offset_PlaceOutside_SaysHowMuchThereIs(string text, int line, int? column, string expected)
    {
        var exception = Assert.Throws<CliException>(() => new SourceText("f", text).Offset(new SourceLocation("f", line, column)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ByteOrderMark_IsNotPartOfTheText()
    {
        var path = _cli.File("bom.py", [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'b']);
        Assert.Equal("ab", SourceText.Read(path).Text);
    }

    [Fact]
    public void Read_Utf16WithByteOrderMark_IsDecoded()
    {
        var path = _cli.File("wide.py", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é\n")]);
        Assert.Equal("é\n", SourceText.Read(path).Text);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreReplaced()
    {
        var path = _cli.File("latin1.py", [(byte)'c', (byte)'a', (byte)'f', 0xE9, (byte)'\n', (byte)'x']);
        Assert.Equal("caf\uFFFD\nx", SourceText.Read(path).Text);
    }

    [Fact]
    public void Line_Numbered_HasNoLineEnd()
    {
        var text = new SourceText("f", "ab\r\n\ncd");
        Assert.Equal(["ab", "", "cd"], Enumerable.Range(1, text.LineCount).Select(line => text.Line(line).ToString()));
    }

    public void Dispose() => _cli.Dispose();
}
