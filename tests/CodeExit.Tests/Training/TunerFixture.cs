using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training;
using CodeExit.Training.Heads;
using CodeExit.Training.Policies;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training;

/// <summary>The embedded model and a handful of short texts, opened once for all tests of a class.</summary>
public sealed class TunerFixture : IDisposable
{
    private readonly Checkpoint _checkpoint = Checkpoint.OpenBase(Folder);
    private readonly CpuDecoderModel _model = new(Checkpoint.OpenBase(Folder), WeightPrecision.Int8, 64, threads: 2);
    private readonly Lazy<byte[]> _whole;

    public TunerFixture()
    {
        _whole = new(() =>
        {
            using var work = new TemporaryFolder();
            return Bytes(Run(work, Options, _ => { }, default));
        });
    }

    public static string Folder => RepositoryFiles.Path("models", "default");

    internal static TuneOptions Options { get; } = new()
    {
        Seed = 5,
        Exits = [4, 8],
        PromptTokens = 3,
        Threads = 2,
        Heads = new ExitHeadOptions { Rank = 2, Steps = 2, Batch = 8 },
        Ppo = new PpoOptions { Steps = 96, Rollout = 32, Batch = 16, Hidden = [8] },
    };

    internal static IReadOnlyList<TuningText> Texts { get; } = MakeTexts();

    /// <summary>The file of a run that nothing interrupts.</summary>
    internal byte[] Whole => _whole.Value;

    internal (LearnedExits Learned, TuneReport Report) Run(
        TemporaryFolder work, TuneOptions options, Action<string> progress, CancellationToken cancellationToken, IReadOnlyList<TuningText>? texts = null) =>
        new Tuner(_checkpoint, _model, options, Path.Combine(work.Path, "work"), progress).Run(texts ?? Texts, cancellationToken);

    /// <summary>The file that is written of what was learned.</summary>
    internal byte[] Bytes((LearnedExits Learned, TuneReport Report) result)
    {
        using var folder = new TemporaryFolder();
        LearnedExitsFile.Write(folder.Path, result.Learned, BaseFingerprint.Of(_checkpoint), new Dictionary<string, string>());
        return File.ReadAllBytes(Path.Combine(folder.Path, LearnedExitsFile.Name));
    }

    public void Dispose()
    {
        _model.Dispose();
        _checkpoint.Dispose();
    }

    private static TuningText[] MakeTexts()
    {
        var random = new Random(3);
        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(4000))];
        return [.. Enumerable.Range(0, 12).Select(_ => new TuningText(Tokens(6), Tokens(4), [random.NextSingle(), 1]))];
    }
}
