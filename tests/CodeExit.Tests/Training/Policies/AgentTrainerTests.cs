using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class AgentTrainerTests
{
    private const int Count = 600;

    // At three inputs a rate of 3e-3.
    private static readonly PpoOptions Options =
        new() { Steps = 40_000, Rollout = 1024, Batch = 256, LearningRate = 3e-3f * 3 / PpoOptions.PublishedWidth, Hidden = [16] };

    /// <summary>The first value says whether this exit is l* or behind it; the others are noise.</summary>
    [Fact]
    public void Train_StateThatTellsTheExit_LeavesThere()
    {
        var (set, first) = Toy();
        var rewards = new List<double>();

        var (name, probe) = new AgentTrainer(set, Options, new AgentReward(), 1).Train((_, reward) => rewards.Add(reward), default);

        Assert.Equal("rl", name);
        var right = 0;
        for (var token = 0; token < Count; token++)
        {
            for (var exit = 0; exit < 3; exit++)
            {
                var preferences = ToySet.Ask(probe, set.States.State(exit, token));
                if (preferences[1] > preferences[0] == exit >= first[token]) right++;
            }
        }
        Assert.InRange(right / (3.0 * Count), 0.97, 1);
        // Every decision of who never errs gains 1 / 8.
        Assert.InRange(rewards[^1], 0.9 / 8, 1.0 / 8);
        Assert.True(rewards[0] < 0.5 / 8, $"it knew the answer already: {rewards[0]}");
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeights()
    {
        var (set, _) = Toy();
        float[] Weights(int seed)
        {
            var probe = new AgentTrainer(set, Options with { Steps = 1024 }, new AgentReward(), seed).Train((_, _) => { }, default).Probe;
            return [.. probe.Layers.SelectMany(layer => layer.Weights.ToArray())];
        }

        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        var told = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => new AgentTrainer(Toy().Set, Options, new AgentReward(), 1).Train(
            (_, _) =>
            {
                if (++told == 2) cancel.Cancel();
            },
            cancel.Token));

        Assert.Equal(2, told);
    }

    private static (TrainingSet Set, int[] First) Toy()
    {
        var random = new Random(1);
        int[] first = [.. Enumerable.Range(0, Count).Select(_ => random.Next(4))];
        int[] texts = [.. Enumerable.Range(0, Count).Select(token => token / 6)];
        return (ToySet.Create(
            [2, 4, 6, 8], texts,
            (exit, token) => [exit >= first[token] ? 2 : -2, random.Normal(), random.Normal()],
            (exit, token) => exit >= first[token]), first);
    }
}
