using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Tests.Training.Networks;
using CodeExit.Training.Heads;

namespace CodeExit.Tests.Training.Heads;

public sealed class TrainableHeadTests
{
    private const int Rows = 5, Rank = 3;

    /// <summary>See <see cref="TrainableNetworkTests"/>: Adam as plain gradient descent with momentum, (0.09 g₁ + 0.1 g₂) / 0.19 at the second step.</summary>
    private const float Plain = 1e8f;

    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void Step_CrossEntropyThroughTheLmHead_MovesByTheGradientOfFiniteDifferences(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var model = new LanguageModelHead(checkpoint, threads: 1);
        var head = new TrainableHead(model, Rank, Rows, seed: 1, epsilon: Plain);
        var random = new Random(2);
        var x = random.Normals(Rows * model.Hidden, 2);
        var wanted = Wanted(model, random);

        var first = head.ToHead();
        Step(head, model, x, wanted);
        var second = head.ToHead();
        Step(head, model, x, wanted);
        var third = head.ToHead();

        // Up is zero at first, so that Down has no gradient before the second step.
        Assert.Equal(first.Down, second.Down);
        var (atFirst, atSecond) = (Gradients(model, first, x, wanted), Gradients(model, second, x, wanted));
        AssertMoved(atFirst.Up, first.Up, second.Up);
        AssertMoved(Mixed(atFirst.Up, atSecond.Up), second.Up, third.Up);
        AssertMoved(Mixed(atFirst.Down, atSecond.Down), second.Down, third.Down);
        if (!model.HasNorm)
        {
            Assert.Equal(first.Norm, third.Norm);
            return;
        }
        AssertMoved(atFirst.Norm, first.Norm, second.Norm);
        AssertMoved(Mixed(atFirst.Norm, atSecond.Norm), second.Norm, third.Norm);
    }

    /// <summary>Untrained, an exit says bit for bit what it says through the head that all share, in the engine too.</summary>
    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void ToHead_Untrained_IsTheModelsOwnFinalNorm(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var model = new LanguageModelHead(checkpoint, threads: 1);
        var head = new TrainableHead(model, Rank, Rows, seed: 1).ToHead();
        Assert.Equal(model.NormWeight, head.Norm);
        Assert.Contains(head.Down, weight => weight != 0);

        using var shared = HeadFixtures.Serve(fixture);
        using var own = HeadFixtures.Serve(fixture, HeadFixtures.Learned(new Dictionary<int, ExitHead> { [2] = head }));
        var (expected, actual) = (new float[model.Vocabulary], new float[model.Vocabulary]);
        foreach (var (decoder, logits) in new[] { (shared, expected), (own, actual) })
        {
            using var cache = decoder.CreateCache();
            using var states = decoder.CreateStates(4);
            decoder.Embed([5, 9, 100, 2], 0, states);
            decoder.RunLayers(0, 2, states, cache, default);
            decoder.ReadOut(states, 2, 3, logits);
        }
        Assert.Equal(expected, actual);
    }

    private static double[][] Wanted(LanguageModelHead model, Random random)
    {
        var distributions = new double[Rows][];
        foreach (ref var row in distributions.AsSpan())
        {
            var weights = Enumerable.Range(0, model.Vocabulary).Select(_ => Math.Exp(2 * random.Normal())).ToArray();
            row = [.. weights.Select(weight => weight / weights.Sum())];
        }
        return distributions;
    }

    /// <summary>One step of rate 1 down the cross-entropy, whose gradient by the logits is q − p.</summary>
    private static void Step(TrainableHead head, LanguageModelHead model, float[] x, double[][] wanted)
    {
        var (z, logits, gradient) = (new float[Rows * model.Hidden], new float[Rows * model.Vocabulary], new float[Rows * model.Vocabulary]);
        head.Forward(x, Rows, z);
        model.Logits(z, Rows, logits);
        for (var row = 0; row < Rows; row++)
        {
            var sum = Enumerable.Range(0, model.Vocabulary).Sum(token => Math.Exp(logits[row * model.Vocabulary + token]));
            for (var token = 0; token < model.Vocabulary; token++)
            {
                var at = row * model.Vocabulary + token;
                gradient[at] = (float)((Math.Exp(logits[at]) / sum - wanted[row][token]) / Rows);
            }
        }
        model.Backward(gradient, Rows, z);
        head.Step(x, z, Rows, Plain);
    }

    private static (double[] Norm, double[] Down, double[] Up) Gradients(LanguageModelHead model, ExitHead head, float[] x, double[][] wanted)
    {
        var naive = new NaiveHead(model, head);
        double Loss() => naive.CrossEntropy(x, wanted);
        return (Differences.Gradient(naive.Norm, Loss), Differences.Gradient(naive.Down, Loss), Differences.Gradient(naive.Up, Loss));
    }

    private static double[] Mixed(double[] first, double[] second) => [.. first.Zip(second, (a, b) => (0.09 * a + 0.1 * b) / 0.19)];

    private static void AssertMoved(double[] gradient, float[] before, float[] after)
    {
        var largest = gradient.Max(Math.Abs);
        Assert.True(largest > 1e-3, $"nothing to see: the largest gradient is {largest}");
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(gradient[i], before[i] - after[i], 1e-3 * largest);
    }
}
