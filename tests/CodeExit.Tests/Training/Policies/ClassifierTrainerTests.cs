using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class ClassifierTrainerTests
{
    private const int Count = 40_000;

    /// <summary>
    /// At the first exit the sign of one value tells whether it agrees, which it does for nine in ten. At the second nothing tells; it agrees for
    /// nine in ten too, and as both cases count alike, the probe is undecided.
    /// </summary>
    [Fact]
    public void Train_OneExitThatShowsItAndOneThatDoesNot_LearnsTheOneAndStaysUndecidedAtTheOther()
    {
        var random = new Random(1);
        bool[][] agrees = [Flips(), Flips()];
        var states = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Count).Select(_ => random.Normals(4, 3)).ToArray()).ToArray();
        for (var token = 0; token < Count; token++) states[0][token][2] = MathF.Abs(states[0][token][2]) * (agrees[0][token] ? 1 : -1);
        var set = ToySet.Create([2, 5, 9], new int[Count], (exit, token) => states[exit][token], (exit, token) => agrees[exit][token]);

        var probes = ClassifierTrainer.Train(set, 1, default).ToArray();

        Assert.Equal(["classifier.2", "classifier.5"], probes.Select(probe => probe.Name));
        var right = Enumerable.Range(0, Count).Count(token => ToySet.Ask(probes[0].Probe, states[0][token])[0] > 0 == agrees[0][token]);
        Assert.InRange(right / (double)Count, 0.95, 1);
        var sure = Enumerable.Range(0, Count).Average(token => ToySet.Sigmoid(ToySet.Ask(probes[1].Probe, states[1][token])[0]));
        Assert.Equal(0.5, sure, 0.05);

        bool[] Flips() => [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble() < 0.9)];
    }
}
