using System.Globalization;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Calibration;
using CodeExit.Evaluation.Quality;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Evaluation.Calibration;

public sealed class CalibratorTests
{
    private const string Right = "aaaa", Wrong = "zzzz";

    [Fact]
    public void Run_TwoTolerances_TakesTheLastThatPassedForEach()
    {
        // Layer 4 says what full depth says, layer 2 something else for 30 of 100 tasks.
        using var model = new DepthGenerator((depth, text) => depth == 2 && Number(text) < 30 ? Wrong : Right).Loaded();

        var report = Calibrator(model, ["fixed"], Textual("balanced", 0.05), Textual("saver", 0.45)).Run(Tasks(100, Right), default);

        var (balanced, saver) = (report.Promises[0].Chosen!, report.Promises[1].Chosen!);
        Assert.Equal(("fixed:4", 100, 0.0), (balanced.Policy, balanced.Tasks, balanced.Textual));
        Assert.Equal(("fixed:2", 100), (saver.Policy, saver.Tasks));
        Assert.Equal(0.3, saver.Textual, 1e-12);
        Assert.Equal((4 / 6.0, 2 / 6.0), (balanced.LayerShare, saver.LayerShare));
        Assert.Equal(2 / 6.0, saver.TimePerTokenRatio!.Value, 1e-9);
    }

    [Fact]
    public void Run_CandidateThatCannotPass_IsNotRunToTheEnd()
    {
        var generator = new DepthGenerator((depth, _) => depth == 2 ? Wrong : Right);
        using var model = generator.Loaded();

        var report = Calibrator(model, ["fixed"], Textual("balanced", 0.05)).Run(Tasks(100, Right), default);

        Assert.Equal((100, 100), (generator.Calls.Count(depth => depth == 6), generator.Calls.Count(depth => depth == 4)));
        Assert.InRange(generator.Calls.Count(depth => depth == 2), 1, 10);
        // Full depth first, so that whatever follows finds the prompt in the cache.
        Assert.Equal([6, 4, 2, 6, 4], generator.Calls.Take(5));
        Assert.Equal("fixed:4", report.Promises[0].Chosen!.Policy);
        Assert.Equal(["fixed:4", "fixed:2"], report.Candidates.Select(candidate => candidate.Policy));
    }

    [Fact]
    public void Run_SafestLosesTooMuch_PromisesNothingAndSaysWhatWasLost()
    {
        using var model = new DepthGenerator((depth, text) => depth < 6 && Number(text) < 30 ? Wrong : Right).Loaded();
        var calibrator = Calibrator(model, ["fixed"], Textual("balanced", 0.05));

        var result = calibrator.Run(Tasks(100, Right), default).Promises.Single();

        Assert.Null(result.Chosen);
        Assert.Equal("fixed:4", result.Safest.Policy);
        Assert.InRange(result.Safest.Textual, 0.05, 1);
        Assert.Equal(59, result.LeastTasks); // ln 0.05 / ln 0.95 = 58.4
    }

    [Fact]
    public void Run_SeveralKinds_ShareTheChanceToBeWrong()
    {
        using var model = new DepthGenerator((_, _) => Right).Loaded();

        // 0.95⁵⁹ = 0.0485, and with half the level 0.95⁷² = 0.0249: ln 0.025 / ln 0.95 = 71.9.
        var (one, two) = (Calibrator(model, ["fixed"], Textual("balanced", 0.05)), Calibrator(model, ["fixed", "skip"], Textual("balanced", 0.05)));

        Assert.NotNull(one.Run(Tasks(59, Right), default).Promises[0].Chosen);
        Assert.Null(two.Run(Tasks(71, Right), default).Promises[0].Chosen);
        Assert.Equal("fixed:2", two.Run(Tasks(72, Right), default).Promises[0].Chosen!.Policy);
    }

    [Fact]
    public void Run_Risk_CountsOnlyWhatIsWorseThanFullDepth()
    {
        // The truth is Right. Full depth misses it for tasks below 50; layer 2 only for those from 90 on; layer 4 as full depth.
        using var model = new DepthGenerator((depth, text) => (depth == 2 ? Number(text) >= 90 : Number(text) < 50) ? Wrong : Right).Loaded();

        var report = Calibrator(model, ["fixed"], new Promise("saver", LossMetric.Risk, 0.2, 0.95)).Run(Tasks(100, Right), default);

        Assert.Equal("fixed:2", report.Promises[0].Chosen!.Policy);
        Assert.Equal(0.1, report.Promises[0].Chosen!.Risk, 1e-12); // 50 tasks are better by 1: none of that pays for the 10 that are worse
        Assert.Equal(0.6, report.Promises[0].Chosen!.Textual, 1e-12);
    }

    [Fact]
    public void Check_Halves_AreMeasuredOnWhatTheyWereNotCalibratedOn()
    {
        using var model = new DepthGenerator((depth, text) => depth < 6 && Number(text) < 28 ? Wrong : Right).Loaded();
        var plan = new CalibrationPlan([new Promise("saver", LossMetric.Textual, 0.3, 0.5)], ["fixed"], RiskBound.Hoeffding, Seed: 3);

        var result = new Calibrator(model, plan, _ => { }).Check(Tasks(100, Right), 400, default).Promises.Single();

        // A half of 50 passes with 10 losses (e^(−100 · 0.1²) = 0.37) and not with 11 (0.53). It then leaves 18 or more of the 28 to the other
        // half, whose mean is at least 0.36: every promise is broken on the tasks that it has not seen.
        Assert.InRange(result.Promised, 10, 200);
        Assert.Equal((result.Promised, 50, 400), (result.Broken, result.TasksPerHalf, result.Splits));
        Assert.InRange(result.MeanLoss!.Value, 0.36, 0.56);
        Assert.Equal(0.5, result.Allowed, 1e-12);
    }

    [Fact]
    public void Check_NothingLost_IsKeptInEverySplit()
    {
        var generator = new DepthGenerator((_, _) => Right);
        using var model = generator.Loaded();

        var result = Calibrator(model, ["fixed"], Textual("balanced", 0.05)).Check(Tasks(120, Right), 20, default).Promises.Single();

        Assert.Equal((20, 0, 0.0), (result.Promised, result.Broken, result.MeanLoss));
        Assert.Equal(3 * 120, generator.Calls.Count); // 20 splits, one pass
    }

    [Fact]
    public void Run_EmbeddedModel_MeasuresWhatTheServiceServes()
    {
        var tasks = SourceTasks.ReadOnePerFile(RepositoryFiles.Path("models", "pretraining"), 8, seed: 2, new HashSet<string>());
        CalibrationReport report;
        using (var model = Open()) report = Calibrator(model, ["fixed"], new Promise("saver", LossMetric.Textual, 0.8, 0.6)).Run(tasks, default);
        var chosen = report.Promises[0].Chosen!;

        var (full, early) = (Serve(tasks, "full"), Serve(tasks, chosen.Policy));

        var losses = full.Zip(early, (text, other) => 1 - EditSimilarity.Of(other.Text.Trim(), text.Text.Trim()));
        Assert.Equal(losses.Average(), chosen.Textual, 1e-9);
        Assert.Equal((double)early.Sum(each => each.LayersPerToken.Sum()) / early.Sum(each => each.Tokens) / 12, chosen.LayerShare, 1e-9);
        Assert.InRange(chosen.Textual, 1e-9, 0.8); // not so safe a policy that there is nothing to measure
    }

    [Fact]
    public void Mode_Chosen_SaysWhatWasPromisedOnWhat()
    {
        using var model = new DepthGenerator((depth, text) => depth == 2 && Number(text) < 30 ? Wrong : Right).Loaded();
        var calibrator = Calibrator(model, ["fixed"], Textual("saver", 0.45));
        var report = calibrator.Run(Tasks(100, Right), default);

        var mode = calibrator.Mode(report, report.Promises[0], "beef")!;

        Assert.Equal(("fixed:2", LossMetric.Textual, 0.45, 0.95, 100, 0.3), (mode.Policy, mode.Metric, mode.Tolerance, mode.Confidence, mode.Samples, mode.Measured));
        Assert.Equal(("hoeffding-bentkus", 0.333333, 5, "beef"), (mode.Bound, mode.LayerShare, mode.Seed, mode.Base));
        Assert.Equal([2, 4, 6], mode.ExitLayers);
        Assert.StartsWith("100 files, sha256:", mode.Source, StringComparison.Ordinal);
        Assert.NotEqual(mode.Source, calibrator.Run(Tasks(100, "bbbb"), default).Source);
    }

    private static Promise Textual(string mode, double tolerance) => new(mode, LossMetric.Textual, tolerance, 0.95);

    private static Calibrator Calibrator(LoadedModel model, string[] kinds, params Promise[] promises) =>
        new(model, new CalibrationPlan(promises, kinds, RiskBound.HoeffdingBentkus, Seed: 5), _ => { });

    private static CompletionTask[] Tasks(int count, string truth) =>
        [.. Enumerable.Range(0, count).Select(number => new CompletionTask($"{number}.py", $"#{number:000}", 4, truth))];

    /// <summary>Of the task that a prompt was made of.</summary>
    private static int Number(string prompt) => int.Parse(prompt.AsSpan(prompt.IndexOf('#') + 1, 3), CultureInfo.InvariantCulture);

    private static CompletionResult[] Serve(IReadOnlyList<CompletionTask> tasks, string policy)
    {
        using var service = new CompletionService(_ => Open(), new CompletionOptions { Depth = new() { Policy = policy } });
        return [.. tasks.Select(task => service.CompleteAsync(new CompletionRequest(task.Text, task.Offset), default).GetAwaiter().GetResult()!)];
    }

    private static LoadedModel Open()
    {
        var folder = RepositoryFiles.Path("models", "default");
        var decoder = new CpuDecoderModel(Checkpoint.Open(folder), WeightPrecision.Int8, 2048, threads: 2);
        return new LoadedModel("default", new Generator(decoder), BytePairTokenizer.Load(folder));
    }
}
