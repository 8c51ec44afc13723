using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Heads;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training.Heads;

public sealed class ExitHeadTrainerTests
{
    private const int Tokens = 400;

    private static readonly ExitHeadOptions Options = new() { Rank = 8, Steps = 250, Batch = 64, LearningRate = 1e-2f };

    /// <summary>What an exit's head cannot know of full depth is nothing here: its state is the full one, distorted by a linear map of rank 4.</summary>
    [Theory]
    [MemberData(nameof(HeadFixtures.Kinds), MemberType = typeof(HeadFixtures))]
    public void Train_LinearlyDistortedStates_FallsWellBelowTheSharedHead(string fixture)
    {
        using var checkpoint = HeadFixtures.Open(fixture);
        using var model = new LanguageModelHead(checkpoint, threads: 2);
        var states = Distorted(model, seed: 1);

        var heads = new ExitHeadTrainer(model, Options, seed: 2).Train(states, _ => { }, default);

        Assert.Equal([2, 5], heads.Keys.Order()); // never the last
        var shared = new TrainableHead(model, 1, 1, 0).ToHead();
        var full = Distributions(model, shared, states, 2);
        foreach (var (layer, exit) in new[] { (2, 0), (5, 1) })
        {
            var (before, after) = (Divergence(model, shared, states, exit, full), Divergence(model, heads[layer], states, exit, full));
            Assert.True(after < 0.3 * before, $"exit {layer}: divergence from full depth was {before} through the shared head, and is {after}");
        }
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameHeads()
    {
        using var checkpoint = HeadFixtures.Open("llama-base");
        using var one = new LanguageModelHead(checkpoint, threads: 1);
        using var two = new LanguageModelHead(checkpoint, threads: 2);
        var states = Distorted(one, seed: 1);
        var few = Options with { Steps = 5 };

        ExitHead Train(LanguageModelHead model, int seed) => new ExitHeadTrainer(model, few, seed).Train(states, _ => { }, default)[5];

        var (head, again, other) = (Train(one, 3), Train(two, 3), Train(one, 4));
        Assert.Equal((head.Norm, head.Down, head.Up), (again.Norm, again.Down, again.Up), Same);
        Assert.NotEqual((head.Norm, head.Down, head.Up), (other.Norm, other.Down, other.Up), Same);
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var checkpoint = HeadFixtures.Open("llama-base");
        using var model = new LanguageModelHead(checkpoint, threads: 1);
        using var cancel = new CancellationTokenSource();
        var told = new List<double>();

        Assert.ThrowsAny<OperationCanceledException>(() => new ExitHeadTrainer(model, Options with { Steps = 4 }, 1).Train(
            Distorted(model, seed: 1),
            share =>
            {
                told.Add(share);
                if (share == 0.5) cancel.Cancel();
            },
            cancel.Token));

        Assert.Equal([0, 0.25, 0.5], told);
    }

    private static bool Same((float[] Norm, float[] Down, float[] Up) a, (float[] Norm, float[] Down, float[] Up) b) =>
        a.Norm.SequenceEqual(b.Norm) && a.Down.SequenceEqual(b.Down) && a.Up.SequenceEqual(b.Up);

    private static TokenStates Distorted(LanguageModelHead model, int seed)
    {
        var (random, hidden) = (new Random(seed), model.Hidden);
        var full = random.Normals(Tokens * hidden, 2);
        return new TokenStates([2, 5, 9], new int[Tokens], new bool[Tokens], new int[Tokens], [Distort(), Distort(), full]);

        float[] Distort()
        {
            var (into, from) = (random.Normals(4 * hidden, 1 / MathF.Sqrt(hidden)), random.Normals(hidden * 4, 0.5f));
            var states = (float[])full.Clone();
            for (var token = 0; token < Tokens; token++)
            {
                for (var k = 0; k < 4; k++)
                {
                    var along = 0f;
                    for (var i = 0; i < hidden; i++) along += into[k * hidden + i] * full[token * hidden + i];
                    for (var i = 0; i < hidden; i++) states[token * hidden + i] += from[i * 4 + k] * along;
                }
            }
            return states;
        }
    }

    private static double[][] Distributions(LanguageModelHead model, ExitHead head, TokenStates states, int exit)
    {
        var (naive, normalized) = (new NaiveHead(model, head), new float[model.Hidden]);
        return [.. Enumerable.Range(0, states.Count).Select(token =>
        {
            model.Normalize(states.State(exit, token), normalized);
            return naive.Distribution(normalized);
        })];
    }

    /// <summary>Cross-entropy with full depth less what full depth has of itself.</summary>
    private static double Divergence(LanguageModelHead model, ExitHead head, TokenStates states, int exit, double[][] full) =>
        full.Zip(Distributions(model, head, states, exit), (p, q) => p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum()).Average();
}
