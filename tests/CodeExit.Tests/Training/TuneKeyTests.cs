using CodeExit.Inference.Checkpoints;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training;
using CodeExit.Training.Heads;
using CodeExit.Training.Policies;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training;

public sealed class TuneKeyTests
{
    private static readonly TuneOptions Options = new() { Seed = 1, Exits = [1, 2], Threads = 1 };

    private static readonly TuningText[] Texts = [new([1, 2], [3], [0.5f]), new([4], [5, 6], [1])];

    private static readonly TuneOptions[] Others =
    [
        Options with { Seed = 2 },
        Options with { Exits = [1] },
        Options with { Exits = [12] },
        Options with { PromptTokens = 4 },
        Options with { HeldOut = 0.2 },
        Options with { Heads = new ExitHeadOptions { Rank = 4 } },
        Options with { Heads = new ExitHeadOptions { Steps = 4 } },
        Options with { Heads = new ExitHeadOptions { Batch = 4 } },
        Options with { Heads = new ExitHeadOptions { LearningRate = 4 } },
        Options with { Ppo = new PpoOptions { Hidden = [64] } },
        Options with { Ppo = new PpoOptions { Hidden = [64, 65] } },
        Options with { Ppo = new PpoOptions { Steps = 4 } },
        Options with { Ppo = new PpoOptions { Clip = 0.1f } },
        Options with { Reward = new AgentReward { Wrong = 0.2f } },
    ];

    private static readonly TuningText[][] OtherTexts =
    [
        [Texts[0]],
        [Texts[1], Texts[0]],
        [Texts[0], Texts[1] with { Prompt = [5] }],
        [Texts[0], Texts[1] with { Truth = [5] }],
        [Texts[0], Texts[1] with { Place = [2] }],
        [Texts[0] with { Prompt = [1], Truth = [2, 3] }, Texts[1]], // the same tokens, cut elsewhere
        [Texts[0] with { Prompt = [12] }, Texts[1]],
    ];

    [Fact]
    public void Of_AnythingThatResultsDependOn_NamesAnotherRun()
    {
        using var checkpoint = Checkpoint.OpenBase(Fixtures.Folder("llama-base"));
        using var other = Checkpoint.OpenBase(Fixtures.Folder("qwen2"));
        string[] keys =
        [
            TuneKey.Of(checkpoint, Options, Texts), TuneKey.Of(other, Options, Texts),
            .. Others.Select(options => TuneKey.Of(checkpoint, options, Texts)), .. OtherTexts.Select(texts => TuneKey.Of(checkpoint, Options, texts)),
        ];

        Assert.Equal(2 + Others.Length + OtherTexts.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Of_OtherThreadsAndEqualCopies_NamesTheSameRun()
    {
        using var folder = TemporaryFolder.CopyOf("llama-base");
        using var checkpoint = Checkpoint.OpenBase(Fixtures.Folder("llama-base"));
        using var copy = Checkpoint.OpenBase(folder.Path);
        var options = new TuneOptions { Seed = 1, Exits = new List<int> { 1, 2 }, Threads = 7, Ppo = new PpoOptions { Hidden = [64, 64] } };
        TuningText[] texts = [.. Texts.Select(text => new TuningText([.. text.Prompt], [.. text.Truth], [.. text.Place]))];

        Assert.Equal(TuneKey.Of(checkpoint, Options, Texts), TuneKey.Of(copy, options, texts));
    }
}
