using System.Text.Json;
using CodeExit.Cli.Output;

namespace CodeExit.Tests.Cli;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public InspectCommandTests() => _cli.Ready();

    [Fact]
    public async Task Json_Tokens_GivesFivePairsForEachLayer()
    {
        Assert.Equal(0, await _cli.RunAsync("inspect", "--tokens", "1,2, 3", "--json"));

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        var root = document.RootElement;
        Assert.Equal(["tokens", "layers"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal([1, 2, 3], root.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32()));
        Assert.Equal(
            """[{"layer":1,"top":[[0,7],[1,6],[2,5],[3,4],[4,3]]},{"layer":2,"top":[[6,1],[0,0],[1,0],[2,0],[3,0]]},{"layer":3,"top":[[6,9.5],[7,7],[5,5],[4,4],[3,3]]}]""",
            root.GetProperty("layers").GetRawText());
    }

    [Fact]
    public async Task Json_WithLogits_HasAllOfTheLastLayer()
    {
        await _cli.RunAsync("inspect", "--tokens", "1", "--json", "--logits");

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.Equal(FakeInspection.FinalLogits, document.RootElement.GetProperty("logits").EnumerateArray().Select(logit => logit.GetSingle()));
    }

    [Fact]
    public async Task Table_WithoutTokenizer_ShowsIdsAndWhereTheAnswerSettles()
    {
        Assert.Equal(0, await _cli.RunAsync("inspect", "--tokens", "1,2,3"));

        var text = _cli.Out.ToString();
        Assert.Contains("The answer 6 stands from layer 2 of 3 on", text, StringComparison.Ordinal);
        Assert.Contains('●', text);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public async Task File_WithoutTokenizer_IsRefused()
    {
        var file = _cli.File("a.py", "x = 1\n");
        Assert.Equal(1, await _cli.RunAsync("inspect", $"{file}:1", "--json"));
        Assert.Contains("tokenizer.json", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8", "ids go from 0 to 7")]
    [InlineData("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "context of 16")]
    public async Task Tokens_ThatTheModelCannotTake_EndWith1(string tokens, string expected)
    {
        Assert.Equal(1, await _cli.RunAsync("inspect", "--tokens", tokens));
        Assert.Contains(expected, _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("f.py:1", "--tokens", "1")]
    [InlineData("--tokens", "")]
    [InlineData("--tokens", "1,,2")]
    [InlineData("--tokens", "-1")]
    [InlineData("--tokens", "1 2")]
    [InlineData("--tokens", "1", "--logits")]
    public async Task Usage_Wrong_EndsWith2(params string[] args)
    {
        Assert.Equal(2, await _cli.RunAsync(["inspect", .. args]));
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(0, "          ")]
    [InlineData(1, "██████████")]
    [InlineData(0.5, "█████     ")]
    [InlineData(0.0125, "▏         ")]
    public void Bar_OfAProbability_HasTenCells(double probability, string expected) => Assert.Equal(expected, InspectionView.Bar(probability));

    public void Dispose() => _cli.Dispose();
}
