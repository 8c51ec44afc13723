using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Networks;

namespace CodeExit.Tests.Training.Networks;

public sealed class TrainableNetworkTests
{
    /// <summary>So large an epsilon makes Adam's first step, with a rate as large, plain gradient descent: parameters move by their gradient.</summary>
    private const float Plain = 1e8f;

    private const int Rows = 6;

    private static readonly int[] Sizes = [5, 7, 4, 3];

    private readonly float[] _x = new Random(1).Normals(Rows * Sizes[0]);
    private readonly float[] _wanted = new Random(2).Normals(Rows * Sizes[^1]);

    [Theory]
    [InlineData(new[] { 5, 3 })]
    [InlineData(new[] { 5, 7, 4, 3 })]
    public void Backward_SquaredError_GivesTheGradientOfFiniteDifferences(int[] sizes)
    {
        var network = Network(sizes);
        var before = network.ToProbe();

        Learn(network);
        network.Step(Plain);

        var naive = new NaiveNetwork(before);
        var moved = Parameters(before).Zip(Parameters(network.ToProbe()), (old, now) => old.Zip(now, (a, b) => a - b).ToArray());
        foreach (var (gradient, parameters) in moved.Zip(naive.Parameters))
        {
            var expected = Differences.Gradient(parameters, () => Loss(naive));
            Assert.Contains(expected, value => Math.Abs(value) > 1e-2);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], gradient[i], 2e-5);
        }
    }

    /// <summary>Gradients of a batch before must not be left in those of a smaller one.</summary>
    [Fact]
    public void Backward_SmallerBatchAfterALarger_GivesTheSameAsAlone()
    {
        var (alone, after) = (Network(Sizes), Network(Sizes));

        Learn(after);
        Learn(after, 2);
        after.Step(0.1f);
        Learn(alone, 2);
        alone.Step(0.1f);

        Assert.Equal(Flat(alone.ToProbe()), Flat(after.ToProbe()));
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(1e9f)]
    public void Step_GradientLongerThanItMayBe_IsCutToThatLength(float most)
    {
        var (free, cut) = (Network(Sizes), Network(Sizes));
        var before = Flat(free.ToProbe());
        Learn(free);
        free.Step(Plain);
        Learn(cut);
        cut.Step(Plain, mostNorm: most);

        var (whole, shortened) = (Minus(before, Flat(free.ToProbe())), Minus(before, Flat(cut.ToProbe())));
        var length = Math.Sqrt(whole.Sum(value => value * value));
        Assert.InRange(length, 1, 100);
        var factor = Math.Min(1, most / length);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(factor * whole[i], shortened[i], 1e-5);
    }

    [Fact]
    public void Step_Decay_ShrinksWeightsAndLeavesBiases()
    {
        const float Rate = 0.01f, Decay = 0.5f;
        var (without, with) = (Network(Sizes, 1e-8f), Network(Sizes, 1e-8f));
        foreach (var network in new[] { without, with })
        {
            Learn(network);
            network.Step(Rate); // biases are zero at first
            Learn(network);
        }
        var before = without.ToProbe();
        without.Step(Rate);
        with.Step(Rate, decay: Decay);

        var (plain, decayed) = (without.ToProbe(), with.ToProbe());
        for (var layer = 0; layer < plain.Layers.Count; layer++)
        {
            Assert.Contains(plain.Layers[layer].Bias.ToArray(), bias => bias != 0);
            Assert.Equal(plain.Layers[layer].Bias.ToArray(), decayed.Layers[layer].Bias.ToArray());
            for (var i = 0; i < plain.Layers[layer].Weights.Length; i++)
            {
                var expected = plain.Layers[layer].Weights[i] - Rate * Decay * before.Layers[layer].Weights[i];
                Assert.Equal(expected, decayed.Layers[layer].Weights[i], 1e-6f);
            }
        }
    }

    [Theory]
    [InlineData(new[] { 5, 3 })]
    [InlineData(new[] { 5, 70, 17, 2 })]
    public void ToProbe_AfterForward_GivesTheSame(int[] sizes)
    {
        var network = new TrainableNetwork(sizes, Rows, seed: 3, outputScale: 1);
        network.Forward(_x, Rows);
        var probe = network.ToProbe();
        var naive = new NaiveNetwork(probe);
        var said = network.Outputs.ToArray();
        for (var row = 0; row < Rows; row++)
        {
            var input = _x.AsSpan(row * sizes[0], sizes[0]);
            var (expected, answer) = (naive.Evaluate(input), probe.Evaluate(input).ToArray());
            for (var output = 0; output < sizes[^1]; output++)
            {
                Assert.Equal(expected[output], said[row * sizes[^1] + output], 1e-5);
                Assert.Equal(expected[output], answer[output], sizes.Skip(1).Any(wide => wide >= 16) ? 1e-2 : 1e-5); // wide layers round their weights
            }
        }
        // A probe is a copy: it says the same when the network has learned on.
        var first = probe.Evaluate(_x.AsSpan(0, sizes[0])).ToArray();
        network.OutputGradient.AsSpan().Fill(1);
        network.Backward(_x, Rows);
        network.Step(0.1f);
        Assert.Equal(first, probe.Evaluate(_x.AsSpan(0, sizes[0])).ToArray());
        Assert.NotEqual(first, network.ToProbe().Evaluate(_x.AsSpan(0, sizes[0])).ToArray());
    }

    [Fact]
    public void Constructor_Seed_DecidesTheFirstWeightsAndScaleTheirSpread()
    {
        static float[] Weights(int seed, float scale) => new TrainableNetwork([300, 200], 1, seed, scale).ToProbe().Layers[0].Weights.ToArray();

        Assert.Equal(Weights(1, 1), Weights(1, 1));
        Assert.NotEqual(Weights(1, 1), Weights(2, 1));
        // Of variance scale² / inputs.
        Assert.Equal(0.25 / 300, Weights(1, 0.5f).Average(weight => (double)weight * weight), 0.02 * 0.25 / 300);
    }

    private static TrainableNetwork Network(int[] sizes, float epsilon = Plain) => new(sizes, Rows, seed: 4, outputScale: 1, epsilon: epsilon);

    /// <summary>Gradients of ½ Σ (y − wanted)², to be stepped along.</summary>
    private void Learn(TrainableNetwork network, int rows = Rows)
    {
        network.Forward(_x, rows);
        for (var i = 0; i < rows * Sizes[^1]; i++) network.OutputGradient[i] = network.Outputs[i] - _wanted[i];
        network.Backward(_x, rows);
    }

    private double Loss(NaiveNetwork network)
    {
        var loss = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            var y = network.Evaluate(_x.AsSpan(row * Sizes[0], Sizes[0]));
            for (var i = 0; i < y.Length; i++) loss += 0.5 * Math.Pow(y[i] - _wanted[row * y.Length + i], 2);
        }
        return loss;
    }

    private static IEnumerable<double[]> Parameters(ProbeNetwork probe) => new NaiveNetwork(probe).Parameters;

    private static double[] Flat(ProbeNetwork probe) => [.. Parameters(probe).SelectMany(each => each)];

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];
}
