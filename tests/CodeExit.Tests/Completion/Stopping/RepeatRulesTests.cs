using CodeExit.Completion;

namespace CodeExit.Tests.Completion.Stopping;

public class RepeatRulesTests
{
    [Theory]
    [InlineData("def f(a):\n    █\n    return total\n", "total = sum(a)\n    return total\n    x", "total = sum(a)")]
    [InlineData("def f(a):\n    total = sum(a)\n    █\n    return total\n", "return total\n    x", "")]
    [InlineData("class A {\n    f() {█\n    }\n}\n", "\n        return 1;\n    }\n    g() {", "\n        return 1;")]
    [InlineData("    █\n\n    [Fact]\n    public void A()\n", "[Fact]\n    public void B() => F();\n\n    [Fact]\n    public void", "[Fact]\n    public void B() => F();")]
    [InlineData("    █\n\n    [Fact]\n    public void A()\n", "[Fact]\n\n    public void A()\n    {", "")]
    [InlineData("  █\n  {\n    \"b\": 2\n  }\n", "{\n    \"a\": 1\n  },\n  {\n    \"c\"", "{\n    \"a\": 1\n  },")]
    [InlineData("a()\r\n█\r\nc()\r\n", "b()\r\nc()\r\nd()", "b()")]
    [InlineData("if err != nil {\n\t█\n\treturn err\n}\n", "log(err)\n\treturn err\n\tx", "log(err)")]
    public void Run_WritesTheNextLinesAgain_EndsBeforeThem(string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.RepeatsSuffix), (text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Fact]
    public void Run_LastLineIsTheNextOneOnceMore_IsLeftOut()
    {
        var (text, reason, _) = Suggest.Run("def f(a):\n    █\n    return total\n", "total = sum(a)\n    return total");

        Assert.Equal(("total = sum(a)", StopReason.EndOfText), (text, reason));
    }

    [Theory]
    [InlineData("    █\n    return total\n", "if not a:\n        return total\n", "if not a:\n        return total")]
    [InlineData("    █\n    return total\n", "x = 1\n    return totals\n", "x = 1\n    return totals")]
    public void Run_LineOnlyResemblesTheNextOne_GoesOn(string document, string said, string kept)
    {
        Assert.Equal((kept, StopReason.EndOfText, said.Length), Suggest.Run(document, said));
    }

    [Theory]
    [InlineData("f(█)\n", "g(x), y)\nz", "g(x), y")]
    [InlineData("f(█);\n", "a[1](2));\n", "a[1](2)")]
    [InlineData("print(\"█\")\n", "hello\")\n", "hello")]
    [InlineData("print(█\"x\")\n", "\"a\" + \"x\")\n", "\"a\" + ")]
    [InlineData("x = █ + 1\n", "a + 1\n", "a")]
    [InlineData("x = █+ 1\n", "a + 1\n", "a ")]
    [InlineData("f(a,█ b)\n", " x, b)\n", " x,")]
    [InlineData("if █:\n", "x[1:2] == y:\n", "x[1:2] == y")]
    [InlineData("return █;\n", "x;\n", "x")]
    [InlineData("f(█x, y\n", "a, x, y\n", "a, ")]
    [InlineData("x = {█}\n", "'a': {}}\n", "'a': {}")]
    public void Run_WritesTheRestOfTheLineAgain_EndsBeforeIt(string document, string said, string kept)
    {
        var (text, reason, _) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.RepeatsSuffix), (text, reason));
    }

    [Theory]
    [InlineData("y = █x\n", "max(x_1, ax) + ", "max(x_1, ax) + ")]
    [InlineData("f(█)\n", "g(h(1), (2))", "g(h(1), (2))")]
    public void Run_RestOfTheLineOnlyWithinOtherText_GoesOn(string document, string said, string kept)
    {
        Assert.Equal((kept, StopReason.EndOfText), (Suggest.Run(document, said).Text, Suggest.Run(document, said).Reason));
    }

    [Theory]
    [InlineData("x = [\n█", "    0,\n    0,\n    0,\n    0,\n", "    0,")]
    [InlineData("█", "a()\nb()\n\nb()\n\nb()\nb()", "a()\nb()")]
    [InlineData("f()█\n", "\nf()\nf()\nf()\n", "")]
    public void Run_SameLineThreeTimes_KeepsTheFirst(string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.Repetition), (text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Theory]
    [InlineData("return █", "name, name, name, name, name, name, name, name, name", "name,")]
    [InlineData("f(█)", "a, name, name, name, name, name, name, name, name, name", "a, name")]
    [InlineData("█", "x = [1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3", "x = [1, 3")]
    [InlineData("█", "a()\nb()\na()\nb()\na()\nb()\na()\nb()\n", "a()\nb()")]
    public void Run_GoesRoundInACircle_KeepsTheFirstRound(string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((kept, StopReason.Repetition), (text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Theory]
    [InlineData("# ------------------------------------------------------------")]
    [InlineData("ROW = [0, 0, 0, 0, 0, 0]")]
    [InlineData("a = 0x0000000000000000")]
    [InlineData("f(a)\n\nf(b)\n\nf(c)\n\nf(d)")]
    public void Run_RepeatsRightly_GoesOn(string said)
    {
        Assert.Equal((said, StopReason.EndOfText, said.Length), Suggest.Run("█", said));
    }

    [Fact]
    public void Run_SameLineTwice_GoesOn()
    {
        Assert.Equal(("a()\na()", StopReason.EndOfText, 8), Suggest.Run("█", "a()\na()\n"));
    }
}
