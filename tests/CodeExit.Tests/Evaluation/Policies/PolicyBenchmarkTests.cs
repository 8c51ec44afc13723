using System.Diagnostics;
using System.Text.Json;
using CodeExit.Completion;
using CodeExit.Evaluation.Policies;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Tests.Evaluation.Policies;

public sealed class PolicyBenchmarkTests
{
    private static readonly string Source = RepositoryFiles.Path("models", "pretraining", "training");

    [Fact]
    public void Run_EmbeddedModel_HoldsPoliciesAgainstFullDepth()
    {
        using var model = Open();
        var layers = model.Generator.Config.LayerCount;
        var tasks = SourceTasks.Read(Source, 8, seed: 3, new HashSet<string>());

        var report = new PolicyBenchmark(model, new PolicyBenchmarkOptions { MaxTokens = 12, PromptTokens = 100 }, _ => { })
            .Run(tasks, ["fixed:6", $"fixed:{layers}", "softmax:0", "softmax:1", "speculative:6,confidence=0", "oracle"], CancellationToken.None);

        var by = report.Policies.ToDictionary(each => each.Policy);
        Assert.Equal(["full", "fixed:6", $"fixed:{layers}", "softmax:0", "softmax:1", "speculative:6,confidence=0", "oracle", "oracle-sequence"], report.Policies.Select(each => each.Policy));
        Assert.Equal((layers, 1.0, 1.0, 1.0), (by["full"].MeanLayers, by["full"].EditSimilarityToFull, by["full"].DecodeTimeRatio!.Value, by["full"].TimePerTokenRatio!.Value));
        Assert.Equal(6, by["fixed:6"].MeanLayers);
        Assert.InRange(by["fixed:6"].EditSimilarityToFull, 0, 0.999);
        // Depths that end at the same layer give the same text, whatever way they got there.
        Assert.Equal((layers, 1.0), (by[$"fixed:{layers}"].MeanLayers, by[$"fixed:{layers}"].EditSimilarityToFull));
        Assert.Equal((layers, 1.0), (by["softmax:1"].MeanLayers, by["softmax:1"].EditSimilarityToFull));
        Assert.Equal(model.Generator.Config.ExitLayers[0], by["softmax:0"].MeanLayers);
        Assert.True(by["softmax:1"].ProbeShare > 0, $"three heads a token took {by["softmax:1"].ProbeShare:P1}");
        var speculative = by["speculative:6,confidence=0"];
        Assert.Equal((layers, 1.0), (speculative.MeanLayers, speculative.EditSimilarityToFull));
        Assert.InRange(speculative.Accepted!.Value, 1, speculative.Drafted!.Value - 1);
        Assert.Null(by["full"].Drafted);
        foreach (var oracle in new[] { by["oracle"], by["oracle-sequence"] })
        {
            Assert.Equal((by["full"].EditSimilarity, 1.0), (oracle.EditSimilarity, oracle.EditSimilarityToFull));
            Assert.Null(oracle.DecodeTimeRatio);
        }
        Assert.InRange(by["oracle"].MeanLayers, model.Generator.Config.ExitLayers[0], by["oracle-sequence"].MeanLayers);
        Assert.True(by["oracle-sequence"].MeanLayers <= layers);
    }

    [Fact]
    public void Run_WithAMeter_TellsJoulesBesideFullDepth()
    {
        using var model = Open();
        // A device that is always at work: its joules are times.
        using var meter = new EnergyMeter([new EstimateSource(20, 1, TimeProvider.System, () => Stopwatch.GetElapsedTime(0))], TimeProvider.System);
        var tasks = SourceTasks.Read(Source, 6, seed: 3, new HashSet<string>());

        var report = new PolicyBenchmark(model, new PolicyBenchmarkOptions { MaxTokens = 12, PromptTokens = 100 }, _ => { }, meter)
            .Run(tasks, ["fixed:4", "oracle"], CancellationToken.None);

        var by = report.Policies.ToDictionary(each => each.Policy);
        Assert.Equal((1.0, "estimated-model"), (by["full"].JoulesRatio!.Value, by["full"].Label));
        Assert.Equal("estimated-model", by["fixed:4"].Label);
        Assert.InRange(by["fixed:4"].JoulesRatio!.Value, 0.001, 1000); // a busy machine stretches any of them; PolicyJoulesTests has the numbers
        Assert.Equal((null, "unavailable"), (by["oracle"].JoulesRatio, by["oracle"].Label));
        Assert.Contains("Quality against energy", PolicyHtml.Page(report));
    }

    [Fact]
    public void Json_Report_HasTheNamesThatScriptsRead()
    {
        var result = new PolicyResult("full", 0.5, 0.6, 0.1, 0.2, 0.3, 1, 1, 12, 1, 1, 1, 0, null, "unavailable") { Drafted = 7, Accepted = 5 };
        using var json = JsonDocument.Parse(new PolicyReport("m", 3, "full", [result]).Json());

        Assert.Equal(("m", 3, "full"), (json.RootElement.GetProperty("model").GetString(), json.RootElement.GetProperty("tasks").GetInt32(), json.RootElement.GetProperty("baseline").GetString()));
        var policy = json.RootElement.GetProperty("policies")[0];
        Assert.Equal(7, json.RootElement.GetProperty("policies")[0].GetProperty("drafted").GetInt32());
        Assert.Equal(5, json.RootElement.GetProperty("policies")[0].GetProperty("accepted").GetInt32());
        foreach (var name in "policy exactMatch editSimilarity editSimilarityToFull meanLayers layerShare decodeTimeRatio medianTimePerTokenRatio probeShare joulesRatio label".Split(' '))
            Assert.True(policy.TryGetProperty(name, out _), name);
    }

    [Fact]
    public void Page_AnyReport_ShowsEveryPolicyAndNothingUnescaped()
    {
        PolicyResult Result(string policy, double? time) => new(policy, 0.5, 0.6, 0.1, 0.2, 0.3, 1, 1, 6, 0.5, time, time, 0, null, "unavailable");
        var page = PolicyHtml.Page(new PolicyReport("<m>", 3, "full", [Result("full", 1), Result("softmax:0.5,kv=propagate", 0.7), Result("oracle", null)]));

        Assert.Contains("&lt;m&gt;", page);
        Assert.DoesNotContain("<m>", page);
        foreach (var policy in new[] { "full", "softmax:0.5,kv=propagate", "oracle" }) Assert.Contains($"<td>{policy}</td>", page);
        Assert.Contains("softmax,kv=propagate</text>", page);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("accepted", page); // none of them drafts
        var drafting = Result("speculative", 0.8) with { Drafted = 8, Accepted = 6 };
        Assert.Contains("<td>75.0 %</td>", PolicyHtml.Page(new PolicyReport("m", 3, "full", [Result("full", 1), drafting])));
    }

    private static LoadedModel Open()
    {
        var folder = RepositoryFiles.Path("models", "default");
        var decoder = new CpuDecoderModel(Checkpoint.Open(folder), WeightPrecision.Int8, 512, threads: 2);
        return new LoadedModel("default", new Generator(decoder), BytePairTokenizer.Load(folder));
    }
}
