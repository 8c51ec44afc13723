using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class LogisticTrainerTests
{
    [Fact]
    public void Train_SamplesOfALogisticModel_RecoversIt()
    {
        const int Count = 20_000;
        var random = new Random(1);
        var x = random.Normals(Count * 2);
        var happened = Enumerable.Range(0, Count)
            .Select(i => random.NextDouble() < ToySet.Sigmoid(2 * x[2 * i] - x[2 * i + 1] + 0.5) ? 1f : 0).ToArray();
        var options = new LogisticOptions { Epochs = 10, LearningRate = 0.02f, Decay = 0 };

        var probe = LogisticTrainer.Train(
            2, 1, Count,
            (sample, input, target, weight) =>
            {
                x.AsSpan(sample * 2, 2).CopyTo(input);
                (target[0], weight[0]) = (happened[sample], 1);
            },
            options, 1, default);

        var layer = Assert.Single(probe.Layers);
        Assert.Equal(2, layer.Weights[0], 0.1);
        Assert.Equal(-1, layer.Weights[1], 0.1);
        Assert.Equal(0.5, layer.Bias[0], 0.1);
    }

    /// <summary>One input, two answers, the one three times as weighty: 3 / (3 + 1).</summary>
    [Fact]
    public void Train_ContradictingSamples_FindsTheWeightedMean()
    {
        var probe = LogisticTrainer.Train(
            1, 2, 1000,
            (sample, input, target, weight) =>
            {
                input[0] = 1;
                target.Fill(sample % 2);
                (weight[0], weight[1]) = (sample % 2 == 1 ? 3 : 1, sample % 2 == 1 ? 0 : 1);
            },
            new LogisticOptions { Epochs = 200, LearningRate = 0.02f, Decay = 0 }, 1, default);

        var said = probe.Evaluate([1]);
        Assert.Equal(0.75, ToySet.Sigmoid(said[0]), 0.02);
        Assert.InRange(ToySet.Sigmoid(said[1]), 0, 0.1); // ones do not count there at all
    }

    /// <summary>No line separates them.</summary>
    [Fact]
    public void Train_HiddenLayer_LearnsExclusiveOr()
    {
        var probe = LogisticTrainer.Train(
            2, 1, 4000,
            (sample, input, target, weight) =>
            {
                (input[0], input[1]) = (sample / 2 % 2 * 2 - 1, sample % 2 * 2 - 1);
                (target[0], weight[0]) = (input[0] == input[1] ? 0 : 1, 1);
            },
            new LogisticOptions { Hidden = [16], Epochs = 20, LearningRate = 0.02f }, 1, default);

        foreach (var (a, b) in new[] { (-1, -1), (-1, 1), (1, -1), (1, 1) }) Assert.Equal(a != b, probe.Evaluate([a, b])[0] > 0);
    }

    [Theory]
    [InlineData(10, 6)]
    [InlineData(256, 4)]
    [InlineData(1024, 3)]
    public void Train_Epochs_ReadsEverySampleThatOften(int samples, int epochs)
    {
        var reads = new int[samples];

        Learn(samples, new LogisticOptions { Epochs = epochs }, 1, sample => reads[sample]++);

        Assert.All(reads, count => Assert.Equal(epochs, count));
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeights()
    {
        var options = new LogisticOptions { Hidden = [20], Batch = 64 };

        var (first, again, other) = (Learn(300, options, 1), Learn(300, options, 1), Learn(300, options, 2));

        Assert.Equal(first.Layers[0].Weights.ToArray(), again.Layers[0].Weights.ToArray());
        Assert.Equal(first.Layers[1].Weights.ToArray(), again.Layers[1].Weights.ToArray());
        Assert.NotEqual(first.Layers[0].Weights.ToArray(), other.Layers[0].Weights.ToArray());
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => LogisticTrainer.Train(
            1, 1, 1000, (_, _, _, _) => cancel.Cancel(), new LogisticOptions(), 1, cancel.Token));
    }

    private static ProbeNetwork Learn(int samples, LogisticOptions options, int seed, Action<int>? seen = null) => LogisticTrainer.Train(
        1, 1, samples,
        (sample, input, target, weight) =>
        {
            seen?.Invoke(sample);
            input[0] = sample / (float)samples;
            (target[0], weight[0]) = (sample % 2, 1);
        },
        options, seed, default);
}
