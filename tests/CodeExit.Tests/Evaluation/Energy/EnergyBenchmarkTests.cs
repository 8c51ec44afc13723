using System.Text.Json;
using CodeExit.Evaluation;
using CodeExit.Evaluation.Energy;
using CodeExit.Evaluation.Serving;
using CodeExit.Evaluation.Tasks;
using CodeExit.Telemetry;
using CodeExit.Tests.Evaluation.Serving;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Energy;

/// <summary>Against a device whose joules are known: a token of "value" takes 50 ms a layer, at 230 W above idle.</summary>
public sealed class EnergyBenchmarkTests : IDisposable
{
    private const double SecondsPerLayer = 0.05;
    private const int Layers = 6, Tokens = 5;

    private static readonly CompletionTask[] Tasks =
        [.. Enumerable.Range(0, 4).Select(index => new CompletionTask($"t{index}", $"x{index} = \n", 5, "value"))];

    private static readonly BenchmarkSetting Shallow = BenchmarkSetting.OfPolicy("fixed:2");

    private readonly SimulatedTime _time = new();
    private readonly SteadyDevice _device;
    private readonly List<string> _progress = [];

    public EnergyBenchmarkTests() => _device = new SteadyDevice(_time);

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task RunAsync_KnownDevice_FindsItsJoules()
    {
        var report = await RunAsync(Shallow);

        var (full, shallow) = (report.Settings[0], report.Settings[1]);
        Assert.Equal(("full", "fixed:2", "measured-counter", "steady", "gpu"), (full.Name, shallow.Name, report.Label, report.Source, report.Scope));
        var expected = SteadyDevice.NetWatts * SecondsPerLayer * Layers * Tokens;
        Assert.Equal(expected, full.JoulesPerSuggestion.Mean, 1e-6 * expected);
        Assert.Equal(expected / Tokens, full.JoulesPerToken!.Mean, 1e-6 * expected);
        Assert.Equal(expected / 3, shallow.JoulesPerSuggestion.Mean, 1e-6 * expected);
        Assert.Equal(1.0 / 3, shallow.RatioToFull!.Mean, 1e-6);
        Assert.Equal(-expected * 2 / 3, shallow.DifferenceToFull!.Mean, 1e-6 * expected);
        Assert.Null(full.RatioToFull);
        Assert.Equal((2, 1.0, 1.0), (shallow.MeanLayers, shallow.EditSimilarity, full.EditSimilarityToFull));
        Assert.Equal(expected / 3, shallow.Where.Total - shallow.Where.Idle, 1e-6 * expected);
    }

    [Fact]
    public async Task RunAsync_AllWindows_AreLongEnoughAndOfTheSameSuggestionsInEachTrial()
    {
        var report = await RunAsync(Shallow, BenchmarkSetting.OfPolicy("fixed:4"));

        Assert.Equal(5 * 3, report.Windows.Count);
        Assert.All(report.Windows, window => Assert.True(window.Seconds >= 5, $"{window.Setting}: {window.Seconds} s"));
        // Who is through them too soon writes all of them again.
        foreach (var trial in report.Windows.GroupBy(window => window.Trial))
            Assert.All(trial, window => Assert.Equal(0, window.Suggestions % trial.Min(each => each.Suggestions)));
    }

    [Fact]
    public async Task RunAsync_ThreeSettings_TurnInEachTrial()
    {
        await RunAsync(Shallow, BenchmarkSetting.OfPolicy("fixed:4"));

        var order = _progress.Where(line => line.StartsWith("trial", StringComparison.Ordinal)).Select(line => line.Split(": ")[1]).Chunk(3);
        Assert.Equal(
            ["full fixed:2 fixed:4", "fixed:2 fixed:4 full", "fixed:4 full fixed:2", "full fixed:2 fixed:4", "fixed:2 fixed:4 full"],
            order.Select(trial => string.Join(' ', trial)));
    }

    [Fact]
    public async Task RunAsync_LabelChangesMidway_IsRefusedAndNamed()
    {
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(
            line =>
            {
                if (line.StartsWith("trial 2", StringComparison.Ordinal)) _device.Label = EnergyLabel.EstimatedModel;
            },
            Shallow));

        foreach (var said in new[] { "fixed:2, trial 2", "estimated-model", "measured-counter", "not put together" }) Assert.Contains(said, exception.Message);
    }

    [Fact]
    public async Task RunAsync_OnlyAnEstimate_SaysSoFirstAndClaimsNothing()
    {
        _device.Label = EnergyLabel.EstimatedModel;

        var report = await RunAsync(Shallow);

        Assert.StartsWith("Nothing was measured", report.FirstLine);
        Assert.All(report.Settings, each => Assert.Equal("estimated-model", each.Label));
        Assert.All(report.Windows, each => Assert.Equal("estimated-model", each.Label));
        Assert.All(report.Savings, each => Assert.DoesNotContain("saves", each));
        Assert.All(report.Savings, each => Assert.Contains("no measured saving", each));
        var page = EnergyHtml.Page(report);
        Assert.True(page.IndexOf("Nothing was measured", StringComparison.Ordinal) < page.IndexOf("<svg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Savings_Measured_AreClaimedOnlyWhereTheIntervalSaysSo()
    {
        var report = await RunAsync(Shallow);

        Assert.StartsWith("fixed:2: saves 66.7 %", report.Savings.Single());
        var doubtful = report with { Settings = [report.Settings[0], report.Settings[1] with { RatioToFull = new Interval(0.9, 0.7, 1.1) }] };
        Assert.Contains("no difference", doubtful.Savings.Single());
    }

    [Fact]
    public async Task Json_Report_HasTheNamesThatScriptsRead()
    {
        using var json = JsonDocument.Parse((await RunAsync(Shallow)).Json());

        foreach (var name in "model label source scope windowSeconds coolDownSeconds trials tasks confidence intervalMethod settings windows".Split(' '))
            Assert.True(json.RootElement.TryGetProperty(name, out _), name);
        var setting = json.RootElement.GetProperty("settings")[1];
        foreach (var name in "name mode policy label joulesPerSuggestion joulesPerToken grossJoulesPerSuggestion editSimilarity editSimilarityToFull ratioToFull differenceToFull where".Split(' '))
            Assert.True(setting.TryGetProperty(name, out _), name);
        Assert.True(setting.GetProperty("ratioToFull").GetProperty("low").GetDouble() > 0);
    }

    [Fact]
    public async Task Page_AnyReport_IsOneFileWithNothingUnescaped()
    {
        var report = (await RunAsync(Shallow)) with { Model = "<m>" };

        var page = EnergyHtml.Page(report);

        Assert.DoesNotContain("<m>", page);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("://", page);
        Assert.Equal(3, page.Split("<svg").Length - 1);
    }

    private Task<EnergyReport> RunAsync(params BenchmarkSetting[] settings) => RunAsync(_ => { }, settings);

    private async Task<EnergyReport> RunAsync(Action<string> progress, params BenchmarkSetting[] settings)
    {
        var benchmark = new EnergyBenchmark(SimulatedService.Subject(_device, _time, SecondsPerLayer, (_, _) => "value"), new EnergyBenchmarkOptions(), line =>
        {
            _progress.Add(line);
            progress(line);
        });
        // Off the test's own context all that waits goes on within the clock's very step, on its thread.
        return await Task.Run(() => _time.RunAsync(benchmark.RunAsync(Tasks, settings, CancellationToken.None)));
    }
}
