using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>Makes exit policies from the specs that the command line and the reports write.</summary>
public static class ExitPolicies
{
    private const string Usable = "full, fixed:K, skip:K, softmax:T, saturation:T or speculative[:K]";

    // One line makes a policy known.
    private static readonly Dictionary<string, Func<PolicySpec, IExitPolicy>> Registered = new(StringComparer.Ordinal)
    {
        [FullDepthPolicy.Name] = FullDepthPolicy.Parse,
        [FixedLayerPolicy.Name] = FixedLayerPolicy.Parse,
        [SkipPolicy.Name] = spec => new SkipPolicy(spec),
        [SoftmaxPolicy.Name] = spec => new SoftmaxPolicy(spec),
        [SaturationPolicy.Name] = spec => new SaturationPolicy(spec),
        [SpeculativePolicy.Name] = spec => new SpeculativePolicy(spec),
    };

    // Specs that the documentation names: whoever asks for one is told that it is missing here, not that it is misspelt.
    private static readonly HashSet<string> Unavailable = new(StringComparer.Ordinal) { "classifier", "rl", "sequence", "oracle" };

    /// <summary>Reads a spec without knowing the model: what can be checked before one is loaded.</summary>
    /// <exception cref="ArgumentException">Names the spec, what is wrong with it and what would be right.</exception>
    public static IExitPolicy Parse(string spec)
    {
        var read = new PolicySpec(spec);
        if (Registered.TryGetValue(read.Name, out var make)) return make(read);
        throw new ArgumentException(Unavailable.Contains(read.Name)
            ? $"policy '{spec}' is not available: it needs a learned policy, which this model does not have; use {Usable}"
            : $"policy '{spec}' is not known; use {Usable}");
    }

    /// <summary>Reads a spec for a model.</summary>
    /// <exception cref="ArgumentException">Also where the model lacks what the policy needs.</exception>
    public static IExitPolicy Parse(string spec, ModelConfig config)
    {
        var policy = Parse(spec);
        policy.Begin(config, maxTokens: 1);
        return policy;
    }
}
