using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training;

namespace CodeExit.Tests.Training;

public sealed class TunerTests(TunerFixture tuner) : IClassFixture<TunerFixture>
{
    [Fact]
    public void Run_EmbeddedModel_LearnsHeadsAndAllPoliciesAndLeavesFullDepthBitIdentical()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(TunerFixture.Folder)) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(folder.Path, "exits.json"), """{"exit_layers": [4, 8]}"""); // those that were tuned
        folder.Write(LearnedExitsFile.Name, tuner.Whole);
        using var plain = Open(Checkpoint.OpenBase(TunerFixture.Folder));
        using var learned = Open(Checkpoint.Open(folder.Path));

        Assert.Equal([4, 8], learned.Config.Learned.Heads.Keys.Order());
        foreach (var spec in new[] { "classifier:0.5", "rl:0.5", "price:0.1", "sequence", "full,stop=0.5" })
        {
            Assert.Equal(spec, ExitPolicies.Parse(spec, learned.Config).Spec); // throws where a network is missing or of the wrong size
        }
        int[] tokens = [5, 900, 77, 3000, 12];
        var (before, after) = (LayerInspector.Read(plain, tokens, default), LayerInspector.Read(learned, tokens, default));
        for (var layer = 1; layer <= 12; layer++)
        {
            if (layer is 4 or 8) Assert.NotEqual(before[layer - 1], after[layer - 1]);
            else Assert.Equal(before[layer - 1], after[layer - 1]);
        }
    }

    [Fact]
    public void Run_AgainOrWithOtherThreads_GivesTheSameBytes()
    {
        foreach (var (options, same) in new[] { (TunerFixture.Options, true), (TunerFixture.Options with { Threads = 1 }, true), (TunerFixture.Options with { Seed = 6 }, false) })
        {
            using var work = new TemporaryFolder();
            var bytes = tuner.Bytes(tuner.Run(work, options, _ => { }, default));

            Assert.Equal(same, bytes.AsSpan().SequenceEqual(tuner.Whole));
        }
    }

    [Theory]
    [InlineData("states: text 7")]
    [InlineData("exit heads")]
    [InlineData("what the exits say")]
    [InlineData("classifier")]
    [InlineData("stop")]
    [InlineData("sequence")]
    [InlineData("price")]
    [InlineData("rl")]
    public void Run_CancelledAndRunAgain_GivesTheFileOfAnUninterruptedRun(string stage)
    {
        using var work = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var (first, second) = (new List<string>(), new List<string>());

        Assert.ThrowsAny<OperationCanceledException>(() => tuner.Run(
            work, TunerFixture.Options,
            line =>
            {
                first.Add(line);
                if (line.StartsWith(stage, StringComparison.Ordinal)) cancel.Cancel();
            },
            cancel.Token));
        var result = tuner.Run(work, TunerFixture.Options, second.Add, default);

        Assert.Equal(tuner.Whole, tuner.Bytes(result));
        // Nothing that was done is done again, but for what the exits say, which is not kept.
        string[] done = [.. first.Select(Stage).Distinct().SkipLast(1).Where(each => each != "what the exits say")];
        Assert.DoesNotContain(second.Select(Stage), done.Contains);
        Assert.Equal("rl", Stage(second[^1]));
    }

    [Fact]
    public void Run_OtherOptionsInTheSameFolder_BeginsAnew()
    {
        using var work = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => tuner.Run(work, TunerFixture.Options with { Seed = 6 }, line => { if (line == "price") cancel.Cancel(); }, cancel.Token));

        Assert.Equal(tuner.Whole, tuner.Bytes(tuner.Run(work, TunerFixture.Options, _ => { }, default)));
    }

    [Fact]
    public void Run_TextsKeptBack_AreReportedOn()
    {
        using var work = new TemporaryFolder();
        var report = tuner.Run(work, TunerFixture.Options with { HeldOut = 0.25 }, _ => { }, default).Report;

        Assert.Equal(3 * 4, report.Tokens); // three texts of twelve, each of four tokens; what is learned from prompts does not count
        Assert.Equal([4, 8, 12], report.Exits.Select(exit => exit.Layer));
        var full = report.Exits[^1];
        Assert.Equal((1.0, 1.0, 0.0), (full.Agreement, full.SharedAgreement, full.Regret));
        Assert.InRange(report.Exits[0].SharedAgreement, 0, 0.99);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0, 4 })]
    [InlineData(new[] { 4, 12 })]
    [InlineData(new[] { 8, 4 })]
    [InlineData(new[] { 4, 4 })]
    public void Run_ExitsThatTheModelDoesNotHave_SaysWhichItHas(int[] exits)
    {
        using var work = new TemporaryFolder();

        var error = Assert.Throws<ArgumentException>(() => tuner.Run(work, TunerFixture.Options with { Exits = exits }, _ => { }, default));

        Assert.Contains("must be layers from 1 to 11", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(work.Path, "work")));
    }

    [Fact]
    public void Run_TooFewTexts_SaysHowManyAreNeeded()
    {
        using var work = new TemporaryFolder();

        var error = Assert.Throws<ArgumentException>(() => tuner.Run(work, TunerFixture.Options, _ => { }, default, [.. TunerFixture.Texts.Take(9)]));

        Assert.Contains("9 texts are too few to learn from; 10 are the least", error.Message, StringComparison.Ordinal);
    }

    /// <summary>"exit heads: 50 %" and "exit heads: 100 %" are one stage.</summary>
    private static string Stage(string line) => line.Split(':')[0];

    private static CpuDecoderModel Open(Checkpoint checkpoint) => new(checkpoint, WeightPrecision.Int8, 64, threads: 2);
}
