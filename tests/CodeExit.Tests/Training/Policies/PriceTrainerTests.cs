using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

/// <summary>
/// Four kinds of token with exits after 2, 4 and 8 layers. At the first exit A and B look alike, and C and D; at the second all differ. So there
/// are 2 + 4 decisions and 64 policies, and the best is found by trying them.
/// </summary>
public sealed class PriceTrainerTests
{
    private const int Kinds = 4, Each = 12_000;

    private static readonly int[] Exits = [2, 4, 8];

    //                                             A     B     C     D
    private static readonly float[][] Regret = [[0.02f, 0.3f, 0.6f, 0.9f], [0, 0.05f, 0.55f, 0.01f], [0, 0, 0, 0]];

    private static readonly float[][] First = [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]];

    private static readonly float[][] Second = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

    private static readonly Lazy<(string Name, ProbeNetwork Probe)[]> Learned = new(() => [.. PriceTrainer.Train(Set(), 1, default)]);

    [Fact]
    public void Train_Exits_HaveANetworkEach()
    {
        Assert.Equal(["price.2", "price.4"], Learned.Value.Select(probe => probe.Name));
        Assert.All(Learned.Value, probe => Assert.Equal((5, 1), (probe.Probe.Inputs, probe.Probe.Outputs)));
    }

    [Theory]
    [InlineData(0.005f)]
    [InlineData(0.05f)]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    [InlineData(0.95f)]
    public void Train_FewKindsOfToken_LearnsThePolicyThatBruteForceFinds(float price)
    {
        var best = Enumerable.Range(0, 64).Select(policy => (Policy: policy, Cost: Cost(policy, price))).OrderBy(each => each.Cost).ToArray();
        var learned = Decisions(price);

        // Where two policies cost nearly the same, either will do.
        var gap = 0.02 * price;
        Assert.True(
            Cost(learned, price) <= best[0].Cost + gap,
            $"learned {learned:b6} costs {Cost(learned, price)}; {best[0].Policy:b6} costs {best[0].Cost}");
        Assert.True(best[20].Cost > best[0].Cost + gap, "nothing to learn: most policies will do");
    }

    [Fact]
    public void Train_HigherPrice_NeverLeavesLaterOnAverage()
    {
        var depths = Enumerable.Range(0, 40).Select(step => MeanLayer(Decisions(0.002f * MathF.Pow(500, step / 39f)))).ToArray();

        for (var step = 1; step < depths.Length; step++) Assert.True(depths[step] <= depths[step - 1], $"{string.Join(' ', depths)}");
        Assert.Equal((7, 4), (depths[0], depths[^1])); // only A leaves, after 4; and A and B after 2, D after 4
    }

    /// <summary>Bits 0 and 1: leave at the first exit with what A and B, or C and D, look like. Bits 2 to 5: leave at the second, for each kind.</summary>
    private static int Decisions(float price)
    {
        var (policy, probes) = (0, Learned.Value);
        for (var view = 0; view < 2; view++)
        {
            if (Leaves(probes[0].Probe, First[2 * view])) policy |= 1 << view;
        }
        for (var kind = 0; kind < Kinds; kind++)
        {
            if (Leaves(probes[1].Probe, Second[kind])) policy |= 4 << kind;
        }
        return policy;

        bool Leaves(ProbeNetwork probe, float[] state) => ToySet.Ask(probe, state, PricePolicy.Feature(price))[0] > 0;
    }

    private static int Exit(int policy, int kind) => (policy >> kind / 2 & 1) == 1 ? 0 : (policy >> (2 + kind) & 1) == 1 ? 1 : 2;

    private static double Cost(int policy, float price) =>
        Enumerable.Range(0, Kinds).Average(kind => Regret[Exit(policy, kind)][kind] + (double)price * Exits[Exit(policy, kind)] / Exits[^1]);

    private static double MeanLayer(int policy) => Enumerable.Range(0, Kinds).Average(kind => Exits[Exit(policy, kind)]);

    private static TrainingSet Set()
    {
        var toy = ToySet.Create(
            Exits, new int[Kinds * Each], (exit, token) => exit == 0 ? First[token % Kinds] : Second[token % Kinds], (_, _) => false);
        return toy with
        {
            Readings = toy.Readings with { Regret = [.. Regret.Select(kinds => Enumerable.Range(0, Kinds * Each).Select(token => kinds[token % Kinds]).ToArray())] },
        };
    }
}
