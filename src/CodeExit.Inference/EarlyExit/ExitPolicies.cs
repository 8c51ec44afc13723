namespace CodeExit.Inference.EarlyExit;

/// <summary>Makes exit policies from the specs that the command line and the reports write.</summary>
public static class ExitPolicies
{
    private const string Usable = "full or fixed:K";

    // One line makes a policy known: the spec's name, and what makes the policy of the spec's value (null where it has none).
    private static readonly Dictionary<string, Func<string?, IExitPolicy>> Registered = new(StringComparer.Ordinal)
    {
        [FullDepthPolicy.Name] = FullDepthPolicy.Parse,
        [FixedLayerPolicy.Name] = FixedLayerPolicy.Parse,
    };

    // Specs that the documentation names: whoever asks for one is told that it is missing here, not that it is misspelt.
    private static readonly HashSet<string> Unavailable = new(StringComparer.Ordinal)
    {
        "softmax", "saturation", "classifier", "rl", "sequence", "skip", "speculative", "oracle",
    };

    /// <summary>Reads a spec without knowing the model: what can be checked before one is loaded.</summary>
    /// <exception cref="ArgumentException">Names the spec, what is wrong with it and what would be right.</exception>
    public static IExitPolicy Parse(string spec)
    {
        var end = spec.AsSpan().IndexOfAny(':', ',');
        var name = end < 0 ? spec : spec[..end];
        if (Registered.TryGetValue(name, out var make))
            return make(end < 0 ? null : spec[end] == ':' ? spec[(end + 1)..] : spec[end..]);
        throw new ArgumentException(Unavailable.Contains(name)
            ? $"policy '{spec}' is not available: it needs a learned policy, which this model does not have; use {Usable}"
            : $"policy '{spec}' is not known; use {Usable}");
    }

    /// <summary>Reads a spec for a model of <paramref name="layerCount"/> layers.</summary>
    /// <exception cref="ArgumentException">Also where the model lacks the layer that the spec names.</exception>
    public static IExitPolicy Parse(string spec, int layerCount)
    {
        var policy = Parse(spec);
        policy.ExitLayer(layerCount);
        return policy;
    }
}
