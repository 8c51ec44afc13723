namespace CodeExit.Training.Policies;

/// <summary>PPO's settings: GREEN-CODE's (2501.11006) where it names them, Stable-Baselines3's defaults, on which it was run, for the rest.</summary>
public sealed record PpoOptions
{
    /// <summary>Decisions made in all.</summary>
    public int Steps { get; init; } = 500_000;

    /// <summary>Decisions between two updates.</summary>
    public int Rollout { get; init; } = 4096;

    public int Batch { get; init; } = 512;

    public int Epochs { get; init; } = 6;

    /// <summary>
    /// Adam's, falling to zero along a line, at <see cref="PublishedWidth"/> inputs. A step of Adam moves every weight alike, so an answer by
    /// the sum of the inputs' sizes: fewer inputs take a rate as much higher to be moved as far.
    /// </summary>
    public float LearningRate { get; init; } = 5e-5f;

    /// <summary>Hidden size of the model that the rate was published for, Llama 3.2 3B.</summary>
    public const int PublishedWidth = 3072;

    public int[] Hidden { get; init; } = [64, 64];

    public float Discount { get; init; } = 0.99f;

    /// <summary>λ of generalised advantage estimation (1506.02438).</summary>
    public float Trace { get; init; } = 0.95f;

    /// <summary>How far the ratio of new to old probability may move from 1 (1707.06347).</summary>
    public float Clip { get; init; } = 0.2f;

    public float ValueWeight { get; init; } = 0.5f;

    public float MostGradient { get; init; } = 0.5f;
}

/// <summary>GREEN-CODE's reward. With l* the first exit that says what full depth says; everything is divided by γ · layers.</summary>
public sealed record AgentReward
{
    /// <summary>α: of each layer behind l* at which the token leaves.</summary>
    public float Late { get; init; } = 1;

    /// <summary>β: of each layer before l* at which it leaves with another token.</summary>
    public float Early { get; init; } = 1;

    /// <summary>γ: of each layer that the next exit is behind l*, where it goes on although it could leave.</summary>
    public float Further { get; init; } = 1;

    /// <summary>ε: of leaving behind l* with another token after all.</summary>
    public float Wrong { get; init; } = 0.1f;

    /// <summary>For leaving after <paramref name="layer"/>.</summary>
    /// <param name="first">l*.</param>
    public float Exit(int layer, int first, bool agrees, int layers)
    {
        var reward = layer == first ? 1 : layer > first && agrees ? -Late * (layer - first) : layer < first ? -Early * (first - layer) : -Wrong;
        return reward / (Further * layers);
    }

    /// <summary>For going on from <paramref name="layer"/> to <paramref name="next"/>.</summary>
    public float Continue(int layer, int next, int first, int layers) => (layer < first ? 1 : -Further * (next - first)) / (Further * layers);
}
