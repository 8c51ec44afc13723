using CodeExit.Completion.Prompts;

namespace CodeExit.Tests.Completion.Prompts;

public sealed class PlaceFeaturesTests
{
    private const int Column = 5, Indentation = 6, AtStart = 7, TextFollows = 8, InString = 9, InComment = 10, Triggers = 11;

    [Theory]
    [InlineData("python", 0)]
    [InlineData("java", 1)]
    [InlineData("javascript", 2)]
    [InlineData("javascriptreact", 2)]
    [InlineData("typescriptreact", 3)]
    [InlineData("cobol", 4)]
    [InlineData(null, 4)]
    public void Of_Language_IsOneOfFive(string? language, int index)
    {
        var features = PlaceFeatures.Of("x", 1, language);

        Assert.Equal(PlaceFeatures.Count, features.Length);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => i == index ? 1f : 0f), features[..5]);
    }

    [Theory]
    [InlineData("a = '|", "python", true, false)]
    [InlineData("a = 'b'|", "python", false, false)]
    [InlineData("a = 'it\\'s|", "python", true, false)]
    [InlineData("a = \"'|", "python", true, false)]
    [InlineData("a = 1  # it's|", "python", false, true)]
    [InlineData("a = '# no'|", "python", false, false)]
    [InlineData("a = 1; // it's|", "java", false, true)]
    [InlineData("a = b / c|", "java", false, false)]
    [InlineData("a = 7 // 2|", "python", false, false)]
    [InlineData("'\nb|", "python", false, false)] // another line's string is not this one's
    [InlineData("|", null, false, false)]
    public void Of_QuotesAndComments_AreSeenOnTheCursorsLine(string text, string? language, bool inString, bool inComment)
    {
        var features = At(text, language);

        Assert.Equal((inString, inComment), (features[InString] == 1, features[InComment] == 1));
    }

    [Theory]
    [InlineData("os.|", 0)]
    [InlineData("f(|", 1)]
    [InlineData("f(a,|", 2)]
    [InlineData("a =|", 3)]
    [InlineData("else:|", 4)]
    [InlineData("a = '|", 5)]
    [InlineData("return |", 6)]
    [InlineData("name|", 7)]
    [InlineData("a\n|", -1)]
    [InlineData("|", -1)]
    public void Of_LastCharacter_IsTheTrigger(string text, int index)
    {
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i == index ? 1f : 0f), At(text, "python")[Triggers..]);
    }

    [Fact]
    public void Of_PlaceInTheLine_IsFromZeroToOne()
    {
        var deep = At($"x\n{new string(' ', 20)}|", "python");
        Assert.Equal((0.25f, 0.5f, 1f, 0f), (deep[Column], deep[Indentation], deep[AtStart], deep[TextFollows]));
        var within = At("print(|)\nmore", "python");
        Assert.Equal((6 / 80f, 0f, 0f, 1f), (within[Column], within[Indentation], within[AtStart], within[TextFollows]));
        Assert.Equal(1, At(new string('x', 300) + "|", "python")[Column]);
    }

    private static float[] At(string text, string? language)
    {
        var offset = text.IndexOf('|', StringComparison.Ordinal);
        return PlaceFeatures.Of(text.Remove(offset, 1), offset, language);
    }
}
