using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>Makes exit policies from the specs that the command line and the reports write.</summary>
public static class ExitPolicies
{
    /// <summary>Policies that need nothing learned.</summary>
    internal const string Unlearned = "full, fixed:K, skip:K, softmax:T, saturation:T or speculative[:K]";

    private const string Learned = "classifier:T, rl:T, price:P or sequence[:T]";

    // Not a policy that can run: it knows the answer.
    private const string Oracle = "oracle";

    // One line makes a policy known.
    private static readonly Dictionary<string, Func<PolicySpec, IExitPolicy>> Registered = new(StringComparer.Ordinal)
    {
        [FullDepthPolicy.Name] = FullDepthPolicy.Parse,
        [FixedLayerPolicy.Name] = FixedLayerPolicy.Parse,
        [SkipPolicy.Name] = spec => new SkipPolicy(spec),
        [SoftmaxPolicy.Name] = spec => new SoftmaxPolicy(spec),
        [SaturationPolicy.Name] = spec => new SaturationPolicy(spec),
        [SpeculativePolicy.Name] = spec => new SpeculativePolicy(spec),
        [ClassifierPolicy.Name] = spec => new ClassifierPolicy(spec),
        [AgentPolicy.Name] = spec => new AgentPolicy(spec),
        [PricePolicy.Name] = spec => new PricePolicy(spec),
        [SequencePolicy.Name] = spec => new SequencePolicy(spec),
    };

    /// <summary>Reads a spec without knowing the model: what can be checked before one is loaded.</summary>
    /// <exception cref="ArgumentException">Names the spec, what is wrong with it and what would be right.</exception>
    public static IExitPolicy Parse(string spec)
    {
        var read = new PolicySpec(spec);
        if (Registered.TryGetValue(read.Name, out var make))
        {
            return read.Stop() is { } stop ? new StoppingPolicy(make(read), stop, spec) : make(read);
        }
        throw new ArgumentException(read.Name == Oracle
            ? $"policy '{spec}' knows the answer: it can be measured by `bench policies`, not used"
            : $"policy '{spec}' is not known; use {Unlearned}, or, once they are learned for a model, {Learned}");
    }

    /// <summary>Reads a spec for a model.</summary>
    /// <exception cref="ArgumentException">Also where the model lacks what the policy needs.</exception>
    public static IExitPolicy Parse(string spec, ModelConfig config)
    {
        var policy = Parse(spec);
        policy.Begin(config, new GenerationOptions());
        return policy;
    }
}
