using System.Text.Json;
using CodeExit.Cli.Output;
using CodeExit.Completion.Prompts;
using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Completion.Fakes;

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

    [Fact]
    public async Task Table_WithoutPolicy_SaysNothingOfOne()
    {
        await _cli.RunAsync("inspect", "--tokens", "1,2,3");

        Assert.EndsWith("The answer 6 stands from layer 2 of 3 on: 1 layers did not change it.", _cli.Out.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain('◀', _cli.Out.ToString());
        Assert.Null(_cli.Composition.Inspection.Place);
    }

    [Fact]
    public async Task Json_WithPolicy_GivesEveryStopAndWhatItWentBy()
    {
        _cli.Composition.Inspection.Stops =
        [
            new(1, ExitAction.Continue, default),
            new(2, ExitAction.Exit, new ExitEvidence(ExitMeasure.Softmax, 0.75f, 0.5f)),
        ];

        Assert.Equal(0, await _cli.RunAsync("inspect", "--tokens", "1", "--json", "--policy", "softmax:0.5"));

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.Equal(["tokens", "layers", "policy"], document.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            """{"spec":"softmax:0.5","exitLayer":2,"action":"exit","stops":[{"layer":1,"action":"continue","measure":null,"value":null,"threshold":null},{"layer":2,"action":"exit","measure":"softmax","value":0.75,"threshold":0.5}]}""",
            document.RootElement.GetProperty("policy").GetRawText());
    }

    [Fact]
    public async Task Table_WithPolicy_MarksTheExitAndShowsTheWayThere()
    {
        _cli.Composition.Inspection.Stops =
        [
            new(1, ExitAction.Continue, new ExitEvidence(ExitMeasure.Classifier, 0.41f, 0.8f)),
            new(2, ExitAction.Stop, new ExitEvidence(ExitMeasure.Stop, 0.93f, 0.9f)),
        ];

        Assert.Equal(0, await _cli.RunAsync("inspect", "--tokens", "1", "--policy", "saturation:0.8"));

        var lines = _cli.Out.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(
            ["saturation:0.8 ends the suggestion after layer 2 of 3:", "  layer  1  continue  classifier 0.41 < 0.80", "  layer  2  stop      stop p(wrong) 0.93 ≥ 0.90"],
            lines[^3..]);
        Assert.Contains("● ◀ stop", Assert.Single(lines, line => line.Contains('◀')), StringComparison.Ordinal);
        Assert.StartsWith("│     2 │", lines.Single(line => line.Contains('◀')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_OfAPlaceInAFile_KnowsThePlace()
    {
        _cli.Composition.Inspection.Tokenizer = new ByteTokenizer();
        var file = _cli.File("a.py", "x = f(\n");

        Assert.Equal(0, await _cli.RunAsync("inspect", $"{file}:1", "--policy", "fixed:2"));
        Assert.Equal(PlaceFeatures.Of("x = f(\n", 6, "python"), _cli.Composition.Inspection.Place);

        Assert.Equal(0, await _cli.RunAsync("inspect", "--tokens", "1", "--policy", "fixed:2"));
        Assert.Empty(_cli.Composition.Inspection.Place!);
    }

    [Theory]
    [InlineData("deep", "codeexit: policy 'deep' is not known; use full,")]
    [InlineData("fixed:9", "codeexit: policy 'fixed:9': the model has 3 layers; K must be from 1 to 3")]
    [InlineData("rl:0.9", "codeexit: policy 'rl:0.9' needs 'rl', which was not learned for this model")]
    public async Task Policy_ThatCannotRun_IsBadUsage(string spec, string said)
    {
        Assert.Equal(2, await _cli.RunAsync("inspect", "--tokens", "1", "--policy", spec));
        Assert.StartsWith(said, Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => _cli.Dispose();
}
