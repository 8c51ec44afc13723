using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>The three questions of <see cref="PricePolicy"/> at one exit; each answer is a logit, positive for yes.</summary>
/// <param name="State">Would leaving be cheaper than going on? [hidden size + price] → 1, of the normalized state.</param>
/// <param name="Look">Is it worth reading out? [<paramref name="State"/>'s answer, price] → 1.</param>
/// <param name="Reading">Leave? [<paramref name="State"/>'s answer, price, <see cref="Certainty"/>] → 1.</param>
public sealed record PriceProbes(ProbeNetwork State, ProbeNetwork Look, ProbeNetwork Reading)
{
    // So that a price of 0 has a logarithm.
    private const float Least = 0.001f;

    public const int LookInputs = 2, ReadingInputs = LookInputs + Certainty.Values;

    public static string StateName(int layer) => $"{PricePolicy.Name}.{layer}";

    public static string LookName(int layer) => $"{PricePolicy.Name}.{layer}.look";

    public static string ReadingName(int layer) => $"{PricePolicy.Name}.{layer}.read";

    /// <summary>How a price enters the networks: small prices differ by their factor, not by their difference.</summary>
    public static float Feature(float price) => MathF.Log(price + Least);

    /// <summary>The price that enters as <paramref name="feature"/>.</summary>
    public static float Price(float feature) => MathF.Max(0, MathF.Exp(feature) - Least);

    /// <summary>Those of every exit but the last.</summary>
    /// <inheritdoc cref="LearnedProbes.Require(string, int, int, string)"/>
    internal static PriceProbes[] Require(ModelConfig config, string spec)
    {
        var probes = config.Learned.Probes;
        var states = probes.RequireForExits(config, StateName, config.HiddenSize + 1, 1, spec);
        var looks = probes.RequireForExits(config, LookName, LookInputs, 1, spec);
        var readings = probes.RequireForExits(config, ReadingName, ReadingInputs, 1, spec);
        return [.. states.Select((state, exit) => new PriceProbes(state, looks[exit], readings[exit]))];
    }
}
