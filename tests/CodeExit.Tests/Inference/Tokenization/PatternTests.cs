using CodeExit.Inference.Tokenization.Patterns;

namespace CodeExit.Tests.Inference.Tokenization;

public class PatternTests
{
    [Theory]
    [InlineData("(?<=a)b", "has a group other than")]
    [InlineData("(?<name>a)", "has a group other than")]
    [InlineData("(?m:a.b)", "has a group other than")]
    [InlineData(@"(a)\1", @"uses \1")]
    [InlineData(@"\bword", @"uses \b")]
    [InlineData(@"\R", @"uses \R")]
    [InlineData(@"\p{Han}", "names the property Han")]
    [InlineData(@"\pL", "without a name in braces")]
    [InlineData(@"\p{L", "lacks a '}'")]
    [InlineData("[[:alpha:]]", "inside a class")]
    [InlineData("[a&&b]", "inside a class")]
    [InlineData("[]a]", "begins with ']'")]
    [InlineData("[z-a]", "does not run upwards")]
    [InlineData(@"[a-\d]", "does not run upwards")]
    [InlineData("[a", "ends where ']' should follow")]
    [InlineData("a\\", "ends where an escaped character should follow")]
    [InlineData(@"\x{110000}", "does not exist")]
    [InlineData(@"\uD800", "does not exist")]
    [InlineData("(a", "'(' without its ')'")]
    [InlineData("a)", "closes nothing")]
    [InlineData("*a", "nothing before it")]
    [InlineData("(a*)*", "can match nothing")]
    [InlineData("a{3,2}", "at least 3 but at most 2")]
    [InlineData("a{99999999999}", "repeats something 99999999999 times")]
    [InlineData("(((a{100}b){100}c){100}d){100}", "more than 10000 steps")]
    public void Constructor_UnsupportedPattern_SaysWhat(string pattern, string complaint)
    {
        var exception = Assert.Throws<PatternException>(() => new ScalarPattern(pattern));
        Assert.Contains(complaint, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_GroupsNestedDeep_IsAnError() =>
        Assert.Throws<PatternException>(() => new ScalarPattern(new string('(', 100_000) + new string(')', 100_000)));

    [Fact]
    public void Find_ExplodingPattern_GivesUp()
    {
        var matcher = new ScalarPattern("(?:a|aa|aaa)+b").Over(new string('a', 60));
        try
        {
            matcher.Find(0, out _, out _);
            Assert.Fail("found what is not there");
        }
        catch (PatternException exception)
        {
            Assert.Contains("steps per character", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(@"\s+$", ' ')] // tries every end of a run of spaces that no line end follows
    [InlineData(@"(?:a|b)+", 'a')] // puts an alternative aside for every character
    [InlineData(@"a+?b|a+", 'a')]
    public void Find_MegabyteRun_TakesStepsInProportion(string pattern, char filling)
    {
        var text = new string(filling, 1 << 20) + "x";
        Assert.Equal(filling == 'a', new ScalarPattern(pattern).Over(text).Find(0, out var start, out var end));
        Assert.Equal(filling == 'a' ? (0, 1 << 20) : (text.Length + 1, -1), (start, end));
    }

    [Fact]
    public void Literal_TextWithOperators_MatchesItself()
    {
        Assert.True(new ScalarPattern(PatternParser.Literal("a.(𝒙")).Over("ab(𝒙a.(𝒙").Find(0, out var start, out var end));
        Assert.Equal((5, 10), (start, end));
    }
}
