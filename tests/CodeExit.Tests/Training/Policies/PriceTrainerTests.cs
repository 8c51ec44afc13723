using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

/// <summary>
/// Four kinds of token with exits after 2, 4 and 8 layers; reading out costs one. At the first exit A and B look alike, and C and D; at the
/// second all differ. Of each kind an exit is sure or not, which shows only in what it reads out. So a policy has 2 + 4 places to look at and
/// 4 + 8 to leave at, each cell of its own, and the best is found by trying all.
/// </summary>
public sealed class PriceTrainerTests
{
    private const int Kinds = 4, Types = 2 * Kinds, Each = 6_000;

    private const float ReadOut = 1f / 8;

    private static readonly int[] Exits = [2, 4, 8];

    // Of a type, that is of a kind where the exit is sure, and where it is not.
    private static readonly float[][] Regret =
    [
        //  A            B            C          D
        [0.00f, 0.30f, 0.05f, 0.60f, 0.5f, 0.9f, 0.6f, 0.9f],
        [0.00f, 0.02f, 0.01f, 0.40f, 0.3f, 0.8f, 0f, 0.05f],
        new float[Types],
    ];

    private static readonly Lazy<PriceProbes[]> Learned = new(() =>
    {
        var probes = new PriceTrainer(Set(), 1, CancellationToken.None).Train().ToDictionary(each => each.Name, each => each.Probe);
        return [.. Exits[..2].Select(layer => new PriceProbes(probes[$"price.{layer}"], probes[$"price.{layer}.look"], probes[$"price.{layer}.read"]))];
    });

    [Fact]
    public void Train_Exits_HaveThreeNetworksEach() =>
        Assert.All(Learned.Value, probes => Assert.Equal(
            [(5, 1), (2, 1), (5, 1)], new[] { probes.State, probes.Look, probes.Reading }.Select(probe => (probe.Inputs, probe.Outputs))));

    [Theory]
    [InlineData(0.005f)]
    [InlineData(0.05f)]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    [InlineData(0.95f)]
    public void Train_FewKindsOfToken_LearnsThePolicyThatBruteForceFinds(float price)
    {
        var best = All().Min(policy => Mean(policy, type => Cost(policy, type, price)));
        var learned = Decisions(price);

        // Where two policies cost nearly the same, either will do.
        Assert.InRange(Mean(learned, type => Cost(learned, type, price)), best - 1e-6, best + 0.03 * price);
        Assert.True(Mean(new Policy(0, 0), type => Cost(new Policy(0, 0), type, price)) > best + 0.03 * price, "nothing to learn: full depth is as good");
    }

    [Fact]
    public void Train_HigherPrice_RunsFewerLayers()
    {
        double Layers(float price) => Mean(Decisions(price), type => Exits[Exit(Decisions(price), type)]);

        Assert.True(Layers(0.005f) > Layers(0.1f) && Layers(0.1f) > Layers(0.95f), $"{Layers(0.005f)} {Layers(0.1f)} {Layers(0.95f)}");
    }

    /// <param name="Looks">A bit for each view at the first exit, then for each kind at the second.</param>
    /// <param name="Leaves">A bit for each view, sure and unsure, then for each kind, sure and unsure.</param>
    private readonly record struct Policy(int Looks, int Leaves)
    {
        public bool LooksAt(int exit, int type) => (Looks >> (exit == 0 ? type / 4 : 2 + type / 2) & 1) == 1;

        public bool LeavesAt(int exit, int type) => (Leaves >> (exit == 0 ? type / 4 * 2 + type % 2 : 4 + type) & 1) == 1;
    }

    private static IEnumerable<Policy> All() => from looks in Enumerable.Range(0, 1 << 6) from leaves in Enumerable.Range(0, 1 << 12) select new Policy(looks, leaves);

    /// <summary>What the networks say in each cell.</summary>
    private static Policy Decisions(float price)
    {
        var policy = new Policy(0, 0);
        for (var type = 0; type < Types; type++)
        {
            for (var exit = 0; exit < 2; exit++)
            {
                var probes = Learned.Value[exit];
                var leaning = ToySet.Ask(probes.State, State(exit, type), PriceProbes.Feature(price))[0];
                if (probes.Look.Evaluate([leaning, PriceProbes.Feature(price)])[0] > 0) policy = policy with { Looks = policy.Looks | 1 << (exit == 0 ? type / 4 : 2 + type / 2) };
                if (probes.Reading.Evaluate([leaning, PriceProbes.Feature(price), .. Certainty(type)])[0] > 0)
                {
                    policy = policy with { Leaves = policy.Leaves | 1 << (exit == 0 ? type / 4 * 2 + type % 2 : 4 + type) };
                }
            }
        }
        return policy;
    }

    private static int Exit(Policy policy, int type) =>
        policy.LooksAt(0, type) && policy.LeavesAt(0, type) ? 0 : policy.LooksAt(1, type) && policy.LeavesAt(1, type) ? 1 : 2;

    private static double Cost(Policy policy, int type, double price)
    {
        var cost = 0d;
        for (var exit = 0; exit < 2; exit++)
        {
            cost += price * (Exits[exit] - (exit == 0 ? 0 : Exits[exit - 1])) / Exits[^1];
            if (!policy.LooksAt(exit, type)) continue;
            cost += price * ReadOut;
            if (policy.LeavesAt(exit, type)) return cost + Regret[exit][type];
        }
        return cost + price * ((double)(Exits[2] - Exits[1]) / Exits[2] + ReadOut);
    }

    private static double Mean(Policy policy, Func<int, double> ofType)
    {
        var sum = 0d;
        for (var type = 0; type < Types; type++) sum += ofType(type);
        return sum / Types;
    }

    private static float[] State(int exit, int type) => exit == 0 ? type < 4 ? [1, 0, 0, 0] : [0, 1, 0, 0] : [.. Enumerable.Range(0, Kinds).Select(kind => kind == type / 2 ? 1f : 0)];

    /// <summary>ln p₁, ln p₂ and entropy where the exit is sure, and where it is not.</summary>
    private static float[] Certainty(int type) => type % 2 == 0 ? [-0.1f, -3, 0.4f] : [-1.2f, -1.5f, 2.5f];

    private static TrainingSet Set()
    {
        var toy = ToySet.Create(Exits, new int[Types * Each], (exit, token) => State(exit, token % Types), (_, _) => false);
        return toy with
        {
            Readings = toy.Readings with
            {
                Regret = [.. Regret.Select(types => Enumerable.Range(0, Types * Each).Select(token => types[token % Types]).ToArray())],
                Certainties = [.. Exits.Select(_ => Enumerable.Range(0, Types * Each).SelectMany(token => Certainty(token % Types)).ToArray())],
            },
        };
    }
}
