using System.Text.Json;
using CodeExit.Completion;
using CodeExit.Telemetry;

namespace CodeExit.Tests.Cli;

/// <summary>The object that scripts read, against the field list of the command reference.</summary>
public sealed class CompleteJsonTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task Json_Result_HasTheFieldsOfTheContract()
    {
        var file = _cli.Ready();

        Assert.Equal(0, await _cli.RunAsync("complete", $"{file}:2", "--json"));

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        var root = document.RootElement;
        Assert.Equal(
            ["text", "stopReason", "tokens", "promptTokens", "promptTokensReused", "layers", "latencyMs", "energy", "policy", "mode", "model", "device", "processorEnergy"],
            Names(root));
        Assert.Equal(["total", "mean", "perToken"], Names(root.GetProperty("layers")));
        Assert.Equal(["total", "firstToken", "prefill", "decode"], Names(root.GetProperty("latencyMs")));
        Assert.Equal(["joules", "netJoules", "label", "source", "scope"], Names(root.GetProperty("energy")));
        Assert.Equal("a + b", root.GetProperty("text").GetString());
        Assert.Equal("end-of-line", root.GetProperty("stopReason").GetString());
        Assert.Equal(20, root.GetProperty("layers").GetProperty("total").GetInt32());
        Assert.Equal(20 / 3.0, root.GetProperty("layers").GetProperty("mean").GetDouble(), 9);
        Assert.Equal(7.5, root.GetProperty("latencyMs").GetProperty("prefill").GetDouble());
        Assert.Empty(_cli.Error.ToString());
    }

    [Fact]
    public void StopReasonText_EveryReason_HasANameOfItsOwn()
    {
        var names = Enum.GetValues<StopReason>().Select(CodeExit.Cli.Output.CompletionJson.StopReasonText).ToArray();

        Assert.Equal(names.Distinct(), names);
        Assert.All(names, name => Assert.Matches("^[a-z]+(-[a-z]+)*$", name));
    }

    [Fact]
    public async Task Json_NothingMeasured_SaysSoWithNulls()
    {
        var file = _cli.Ready();

        await _cli.RunAsync("complete", $"{file}:2", "--json");

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        var energy = document.RootElement.GetProperty("energy");
        Assert.Equal("""{"joules":null,"netJoules":null,"label":"unavailable","source":"none","scope":"none"}""", energy.GetRawText());
    }

    [Fact]
    public async Task Json_Measured_CarriesLabelAndScope()
    {
        var file = _cli.Ready();
        _cli.Composition.Result = _cli.Composition.Result with
        {
            Energy = new EnergyMeasurement(1.5, 0.5, EnergyLabel.MeasuredCounter, "rapl", "cpu-package", TimeSpan.FromSeconds(1)),
        };

        await _cli.RunAsync("complete", $"{file}:2", "--json");

        Assert.Contains(
            """{"joules":1.5,"netJoules":0.5,"label":"measured-counter","source":"rapl","scope":"cpu-package"}""", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StopReason.EndOfText, "end-of-text")]
    [InlineData(StopReason.Dedent, "dedent")]
    [InlineData(StopReason.RepeatsSuffix, "repeats-suffix")]
    [InlineData(StopReason.EndOfLine, "end-of-line")]
    [InlineData(StopReason.Budget, "budget")]
    public async Task Json_StopReason_IsKebabCase(StopReason reason, string expected)
    {
        var file = _cli.Ready();
        _cli.Composition.Result = _cli.Composition.Result with { StopReason = reason };

        await _cli.RunAsync("complete", $"{file}:2", "--json");

        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.Equal(expected, document.RootElement.GetProperty("stopReason").GetString());
    }

    [Fact]
    public async Task Json_EmptySuggestion_HasNoMeanOfNothing()
    {
        var file = _cli.Ready();
        _cli.Composition.Result = _cli.Composition.Result with { Text = "", Tokens = 0, LayersPerToken = [] };

        await _cli.RunAsync("complete", $"{file}:2", "--json");

        Assert.Contains("""{"total":0,"mean":0,"perToken":[]}""", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _cli.Dispose();

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
