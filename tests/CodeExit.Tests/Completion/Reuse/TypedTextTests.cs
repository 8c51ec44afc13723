using CodeExit.Completion;
using CodeExit.Completion.Reuse;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Reuse;

/// <summary>Documents are written with their cursor as █.</summary>
public sealed class TypedTextTests
{
    [Theory]
    [InlineData("x = █\nend", "x = foo█\nend", "foo")]
    [InlineData("x = █\nend", "x = █\nend", "")]
    [InlineData("x = █\r\nend", "x = a\r\n    █\r\nend", "a\r\n    ")]
    [InlineData("x = █\nend", "x = f(█)\nend", "f(")] // closed by the editor
    [InlineData("x = █\nend", "x = f([\"█\"])\nend", "f([\"")]
    [InlineData("x = █\nend", "x = f(a)█\nend", "f(a)")]
    public void Between_OnlyTyped_IsWhatWasTyped(string older, string newer, string typed) =>
        Assert.Equal(typed, TypedText.Between(Request(older), Request(newer))?.Text);

    [Theory]
    [InlineData("x = a█\nend", "x = █\nend")] // taken back
    [InlineData("x = █\nend", "y = foo█\nend")]
    [InlineData("x = █\nend", "x = foo█\nand")]
    [InlineData("x = █\nend", "x = foo█\nend\n")]
    [InlineData("x = █\nend", "x = █foo\nend")] // put behind the cursor
    [InlineData("x = █\nend", "x = f(█]\nend")]
    [InlineData("x = █\nend", "x = f█)\nend")]
    public void Between_AnythingElse_IsNull(string older, string newer) => Assert.Null(TypedText.Between(Request(older), Request(newer)));

    [Fact]
    public void Between_OtherSettings_IsNull()
    {
        var older = Request("x = █");

        Assert.Null(TypedText.Between(older, older with { LanguageId = "python" }));
        Assert.Null(TypedText.Between(older, older with { MaxTokens = 3 }));
        Assert.Null(TypedText.Between(older, older with { Depth = new DepthSettings { Mode = "saver" } }));
        var saver = older with { Depth = new DepthSettings { Mode = "saver" } };
        Assert.NotNull(TypedText.Between(saver, saver with { Depth = new DepthSettings { Mode = "saver" } }));
        Assert.NotNull(TypedText.Between(older, older with { Origin = "another editor" }));
    }

    [Theory]
    [InlineData("foo(a, b)", "foo", "(a, b)")]
    [InlineData("foo(a, b)", "", "foo(a, b)")]
    [InlineData("", "", "")] // nothing to say here, as before
    [InlineData("foo", "foo", null)] // nothing is left
    [InlineData("foo\n  ", "foo", null)]
    [InlineData("foo", "fo0", null)]
    [InlineData("foo", "foobar", null)]
    [InlineData("a\n    b", "a\r\n    ", "b")] // the document's line breaks are not the model's
    [InlineData("a\r\n    b", "a\n  ", "  b")]
    [InlineData("a\r\nb", "a\r", null)]
    [InlineData("a\nb", "a ", null)]
    [InlineData("😀b", "\ud83d", null)] // half a character
    [InlineData("😀b", "😀", "b")]
    public void Rest_Typed_IsTheSuggestionLessIt(string suggestion, string typed, string? rest) =>
        Assert.Equal(rest, new TypedText(typed, IsClosed: false).Rest(suggestion));

    [Theory]
    [InlineData("f(a, b)", "a, b)")]
    [InlineData("f(a,\n  b)", null)] // would break the line of the closing bracket
    public void Rest_ClosedByTheEditor_StaysOnTheLine(string suggestion, string? rest) =>
        Assert.Equal(rest, new TypedText("f(", IsClosed: true).Rest(suggestion));

    [Theory]
    [InlineData("", "foo", true)]
    [InlineData("fo", "foo", true)]
    [InlineData("foobar", "foo", true)]
    [InlineData("fa", "foo", false)]
    [InlineData("a\r", "a\nb", true)] // the rest of the line break is on its way
    [InlineData("a\rb", "a\nb", false)]
    public void Agrees_SoFar_UnlessItContradicts(string soFar, string typed, bool agrees) =>
        Assert.Equal(agrees, new TypedText(typed, IsClosed: false).Agrees(soFar));

    private static CompletionRequest Request(string marked)
    {
        var (text, offset) = Marked.Document(marked);
        return new CompletionRequest(text, offset);
    }
}
