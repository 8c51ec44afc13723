using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;

namespace CodeExit.Training.Policies;

/// <summary>
/// Our own agent. Where to leave a token is an optimal stopping problem: leaving at an exit costs its regret, going on costs layers and then
/// what the exits behind cost. It is solved from the last exit to the first (Longstaff and Schwartz 2001), so each network learns against
/// networks that are done: no exploration, no discount. The price of a layer is drawn anew for every sample and is an input.
/// </summary>
internal static class PriceTrainer
{
    /// <summary>Prices of full depth, in wrong tokens; drawn evenly by their logarithm.</summary>
    private const float Least = 0.002f, Most = 1;

    public static IEnumerable<(string Name, ProbeNetwork Probe)> Train(TrainingSet set, int seed, CancellationToken cancellationToken)
    {
        var hidden = set.States.Hidden;
        var probes = new ProbeNetwork[set.Choices];
        var input = new float[hidden + 1];
        for (var exit = set.Choices - 1; exit >= 0; exit--)
        {
            var at = exit;
            var random = new Random(seed + exit);
            probes[exit] = LogisticTrainer.Train(
                hidden + 1, 1, set.States.Count,
                (token, x, target, weight) =>
                {
                    var price = Least * MathF.Pow(Most / Least, random.NextSingle());
                    // Positive: leaving here would have been cheaper. A weighted vote finds the sign of what is expected.
                    var gain = Continuing(set, probes, at, token, price, input) - set.Readings.Regret[at][token];
                    set.Normalized(at, token, x[..hidden]);
                    x[hidden] = PricePolicy.Feature(price);
                    (target[0], weight[0]) = (gain > 0 ? 1 : 0, MathF.Abs(gain) / MathF.Sqrt(price));
                },
                new LogisticOptions { Hidden = [64], Epochs = 12, Batch = 512 }, seed + exit, cancellationToken);
        }
        return probes.Select((probe, exit) => (PricePolicy.Probe(set.Exits[exit]), probe));
    }

    /// <summary>What the token costs if it goes on from an exit and the networks behind decide.</summary>
    private static float Continuing(TrainingSet set, ProbeNetwork[] probes, int exit, int token, float price, float[] input)
    {
        var next = exit + 1;
        for (; next < set.Choices; next++)
        {
            set.Normalized(next, token, input.AsSpan(0, set.States.Hidden));
            input[^1] = PricePolicy.Feature(price);
            if (probes[next].Evaluate(input)[0] > 0) break;
        }
        return set.Readings.Regret[next][token] + price * (set.Exits[next] - set.Exits[exit]) / set.Exits[^1];
    }
}
