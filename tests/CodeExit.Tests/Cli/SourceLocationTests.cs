using CodeExit.Cli;
using CodeExit.Cli.Input;

namespace CodeExit.Tests.Cli;

public class SourceLocationTests
{
    [Theory]
    [InlineData("main.py:12", "main.py", 12, null)]
    [InlineData("main.py:12:5", "main.py", 12, 5)]
    [InlineData(@"C:\code\main.py:12", @"C:\code\main.py", 12, null)]
    [InlineData(@"C:\code\main.py:12:5", @"C:\code\main.py", 12, 5)]
    [InlineData("a:b.py:3", "a:b.py", 3, null)]
    [InlineData("a:b.py:3:4", "a:b.py", 3, 4)]
    [InlineData("@answers.txt:1:1", "@answers.txt", 1, 1)]
    [InlineData("x:99999999999", "x", int.MaxValue, null)]
    [InlineData("x:0:0", "x", 0, 0)]
    public void Parse_Place_GivesFileLineAndColumn(string text, string file, int line, int? column)
    {
        Assert.Equal(new SourceLocation(file, line, column), SourceLocation.Parse(text, name => name == file));
    }

    [Fact]
    public void Parse_NumbersThatCouldBelongToTheName_FollowsTheFileThatExists()
    {
        Assert.Equal(new SourceLocation("log:5", 7, null), SourceLocation.Parse("log:5:7", name => name == "log:5"));
        Assert.Equal(new SourceLocation("log", 5, 7), SourceLocation.Parse("log:5:7", name => name is "log" or "log:5"));
        Assert.Equal(new SourceLocation("log", 5, 7), SourceLocation.Parse("log:5:7", _ => false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("main.py")]
    [InlineData("main.py:")]
    [InlineData("main.py:x")]
    [InlineData("main.py:-3")]
    [InlineData("main.py:1.5")]
    [InlineData(":5")]
    [InlineData("main.py:5:")]
    public void Parse_NoLine_SaysWhatToWrite(string text)
    {
        var exception = Assert.Throws<UsageException>(() => SourceLocation.Parse(text, _ => false));
        Assert.Contains("FILE:LINE:COLUMN", exception.Message, StringComparison.Ordinal);
    }
}
