using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class StopTrainerTests
{
    private const int Count = 90_000;

    /// <summary>
    /// Of the truth, a positive first value means that full depth is wrong; of the prompt, which must not count and is two tokens in three, the
    /// opposite.
    /// </summary>
    [Fact]
    public void Train_PromptThatSaysTheOpposite_LearnsFromTheTruthAlone()
    {
        var random = new Random(1);
        var states = Enumerable.Range(0, Count).Select(_ => random.Normals(3)).ToArray();
        var toy = ToySet.Create([4, 8, 12], new int[Count], (_, token) => states[token], (exit, token) => (exit + token) % 2 == 0);
        bool[] inTruth = [.. Enumerable.Range(0, Count).Select(token => token % 3 == 0)];
        // Full depth says 1 of everything.
        int[] next = [.. Enumerable.Range(0, Count).Select(token => states[token][0] > 0 == inTruth[token] ? 2 : 1)];
        var set = toy with { States = toy.States with { InTruth = inTruth, Next = next } };

        var probes = StopTrainer.Train(set, 1, default).ToArray();

        Assert.Equal(["stop.4", "stop.8"], probes.Select(probe => probe.Name));
        foreach (var (_, probe) in probes)
        {
            var right = Enumerable.Range(0, Count).Count(token => ToySet.Ask(probe, states[token])[0] > 0 == states[token][0] > 0);
            Assert.InRange(right / (double)Count, 0.95, 1);
        }
    }
}
