using CodeExit.Training.Heads;
using CodeExit.Training.Policies;

namespace CodeExit.Training;

/// <summary>How <see cref="Tuner"/> learns.</summary>
public sealed record TuneOptions
{
    /// <summary>The same seed, model and texts give the same file.</summary>
    public int Seed { get; init; }

    /// <summary>Exits to learn heads for (1-based, ascending, below the last layer).</summary>
    public required IReadOnlyList<int> Exits { get; init; }

    /// <summary>
    /// Most tokens of a prompt that are learned from besides the truth behind it. Few: where a suggestion ends is what an early exit gets
    /// wrong first, and no prompt teaches that.
    /// </summary>
    public int PromptTokens { get; init; } = 2;

    /// <summary>Of all texts, how many are kept back to report on.</summary>
    public double HeldOut { get; init; } = 0.1;

    public int Threads { get; init; } = 1;

    public ExitHeadOptions Heads { get; init; } = new();

    public PpoOptions Ppo { get; init; } = new();

    public AgentReward Reward { get; init; } = new();
}
