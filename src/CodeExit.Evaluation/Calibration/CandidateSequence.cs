using System.Globalization;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Calibration;

/// <summary>The policies of one kind, the safest first.</summary>
/// <param name="Kind">As it was asked for, its value left open: <c>softmax</c>, <c>saturation,kv=propagate</c>.</param>
/// <param name="Specs">From the most layers to the fewest.</param>
public sealed record CandidateSequence(string Kind, IReadOnlyList<string> Specs)
{
    /// <summary>
    /// Kinds tried where none is asked for and policies were learned for the model. Each takes its share of the chance to be wrong, so they
    /// are few. Depth per token pays with propagation alone: filled back, most of what a token skips is run for the next one.
    /// </summary>
    private static readonly IReadOnlyList<string> Learned = [$"{PricePolicy.Name},kv=propagate", SequencePolicy.Name];

    /// <summary>Likewise, of a model that nothing was learned for.</summary>
    private static readonly IReadOnlyList<string> Unlearned = [SoftmaxPolicy.Name, SaturationPolicy.Name];

    // A low price is the safe one, and prices are of use by their factor.
    private static readonly IReadOnlyList<string> Prices =
        ["0", "0.001", "0.002", "0.003", "0.005", "0.007", "0.01", "0.014", "0.02", "0.03", "0.04", "0.05", "0.06", "0.08", "0.1", "0.14", "0.2", "0.3", "0.5", "1"];

    /// <summary>Finer where policies are safe: that is where the tolerances of use lie.</summary>
    private static readonly IReadOnlyList<string> Thresholds =
        [.. Down(100, 90, 1).Concat(Down(88, 50, 2)).Concat(Down(45, 0, 5)).Select(percent => (percent / 100m).ToString("0.##", CultureInfo.InvariantCulture))];

    /// <summary>Kinds tried where none is asked for.</summary>
    public static IReadOnlyList<string> Defaults(ModelConfig config) => config.Learned.Probes.All.Any() ? Learned : Unlearned;

    /// <exception cref="ArgumentException">A kind that is unknown, that the model cannot run, or that has a value already.</exception>
    public static CandidateSequence Of(string kind, ModelConfig config)
    {
        var comma = kind.IndexOf(',', StringComparison.Ordinal);
        var (name, options) = comma < 0 ? (kind, "") : (kind[..comma], kind[comma..]);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) throw new ArgumentException($"policy '{kind}': its value is what calibration finds; write {name[..colon]}{options}");
        if (name == FullDepthPolicy.Name) throw new ArgumentException("policy 'full' loses nothing and has no value to be found; name a policy that exits early");
        var values = Values(name, config);
        if (values.Count == 0) throw new ArgumentException($"policy '{kind}' needs exits before the last layer, and this model names none in exits.json");
        string[] specs = [.. values.Select(value => $"{name}:{value}{options}")];
        ExitPolicies.Parse(specs[0], config);
        return new CandidateSequence(kind, specs);
    }

    private static IReadOnlyList<string> Values(string name, ModelConfig config) => name switch
    {
        FixedLayerPolicy.Name => [.. config.ExitLayers.SkipLast(1).Reverse().Select(Number)],
        SkipPolicy.Name => [.. Down(config.LayerCount - 1, 1, 1).Select(Number)],
        PricePolicy.Name => Prices,
        _ => Thresholds,
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<int> Down(int from, int to, int step)
    {
        for (var value = from; value >= to; value -= step) yield return value;
    }
}
