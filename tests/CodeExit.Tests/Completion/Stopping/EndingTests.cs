using CodeExit.Completion;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Stopping;

public class EndingTests
{
    [Theory]
    [InlineData("x = █ + 1\n", "a * b\ny = 2\n", "a * b")]
    [InlineData("x = █ + 1\r\n", "a * b\r\ny = 2\r\n", "a * b")]
    [InlineData("x = █ + 1\n", "\ny = 2\n", "")]
    [InlineData("█import os\n", "import re\nimport sys\n", "import re\n")]
    [InlineData("    █return x\n", "x = 1\n    y = 2\n", "x = 1\n    ")]
    [InlineData("\t█return x\n", "x = 1\n\ty = 2\n", "x = 1\n\t")]
    [InlineData("    █return x\n", "x = 1\ny = 2\n", "x = 1")]
    [InlineData("    █return x\n", "\n    y = 2\n", "")]
    public void Run_TextFollowsOnTheLine_GivesOneLine(string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.EndOfLine), (text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Theory]
    [InlineData("█", "a = 1\n\n\nb = 2\n", "a = 1")]
    [InlineData("x█", "\n\n\n\n\n\n", "")]
    [InlineData("x\n█", "a = 1\n  \n\t\nb = 2\n", "a = 1")]
    public void Run_TwoBlankLines_EndIt(string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.BlankLines), (text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Theory]
    [InlineData("█", "a = 1\n\nb = 2\n   \n", "a = 1\n\nb = 2")]
    [InlineData("█", "a = 1  ", "a = 1")]
    [InlineData("█ + 1", "a * ", "a * ")]
    [InlineData("█", " \n ", "")]
    [InlineData("█", "", "")]
    public void Run_EndOfText_LeavesNoBlankEnd(string document, string said, string kept)
    {
        Assert.Equal((kept, StopReason.EndOfText, said.Length), Suggest.Run(document, said));
    }

    [Theory]
    [InlineData(3, "val")]
    [InlineData(9, "value = 1")]
    [InlineData(10, "value = 1")]
    [InlineData(14, "value = 1")]
    [InlineData(20, "value = 1\nother = 2")]
    public void Run_OutOfBudget_KeepsWholeLinesWhereThereAreAny(int maxTokens, string kept)
    {
        var (text, reason, tokens) = Suggest.Run("█", "value = 1\nother = 2\nthird = 3\n", maxTokens);

        Assert.Equal((kept, StopReason.Budget, maxTokens), (text, reason, tokens));
    }

    [Fact]
    public void Run_SpecialTokenThatEndsNothing_EndsTheTextWithoutItsName()
    {
        var (text, reason, _) = Suggest.Run("", 0, [.. ByteTokenizer.Tokens("a"), ByteTokenizer.Other, .. ByteTokenizer.Tokens("b")]);

        Assert.Equal(("a", StopReason.EndOfText), (text, reason));
    }

    [Fact]
    public void Run_BrokenBytes_EndsBeforeThem()
    {
        var (text, reason, tokens) = Suggest.Run("", 0, ['a', 'é', 0xE2, 0x82, 'b', 'c']);

        Assert.Equal(("a", StopReason.BrokenCharacter, 3), (text, reason, tokens));
    }

    [Fact]
    public void Run_BudgetInsideACharacter_LeavesItOut()
    {
        var said = ByteTokenizer.Tokens("a👩");

        Assert.Equal("a", Suggest.Run("", 0, said, maxTokens: 3).Text);
        Assert.Equal("a👩", Suggest.Run("", 0, said, maxTokens: 5).Text);
    }
}
