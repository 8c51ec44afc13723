using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>The networks that were learned for a model's policies, by name: <c>rl</c>, <c>classifier.8</c> (of the exit after layer 8).</summary>
public sealed class LearnedProbes(IReadOnlyDictionary<string, ProbeNetwork> networks)
{
    /// <summary>Of a model that nothing was learned for.</summary>
    public static readonly LearnedProbes None = new(new Dictionary<string, ProbeNetwork>());

    public IEnumerable<KeyValuePair<string, ProbeNetwork>> All => networks;

    /// <summary>Whether anything was learned for a policy, by the name that specs have for it.</summary>
    public bool Has(string policy) => networks.Keys.Any(name => name.Split('.')[0] == policy);

    /// <summary>These and others.</summary>
    public LearnedProbes With(IEnumerable<(string Name, ProbeNetwork Network)> others)
    {
        var all = new Dictionary<string, ProbeNetwork>(networks);
        foreach (var (name, network) in others) all[name] = network;
        return new LearnedProbes(all);
    }

    /// <summary>A network of the right size for every exit but the last.</summary>
    /// <inheritdoc cref="Require(string, int, int, string)"/>
    internal ProbeNetwork[] RequireForExits(ModelConfig config, Func<int, string> name, int inputs, int outputs, string spec) =>
        [.. config.ExitLayers.Take(config.ExitLayers.Count - 1).Select(layer => Require(name(layer), inputs, outputs, spec))];

    /// <summary>A network of the right size.</summary>
    /// <param name="spec">The policy that needs it, for the message.</param>
    /// <exception cref="ArgumentException">There is none, or it takes or gives another number of values.</exception>
    internal ProbeNetwork Require(string name, int inputs, int outputs, string spec)
    {
        var network = Require(name, outputs, spec);
        return network.Inputs == inputs
            ? network
            : throw new ArgumentException(
                $"policy '{spec}' needs '{name}' with {inputs} inputs, and the learned one has {network.Inputs}; learn it again with `codeexit tune`");
    }

    /// <summary>A network with the right number of outputs.</summary>
    /// <inheritdoc cref="Require(string, int, int, string)"/>
    internal ProbeNetwork Require(string name, int outputs, string spec)
    {
        if (!networks.TryGetValue(name, out var network))
        {
            throw new ArgumentException(
                $"policy '{spec}' needs '{name}', which was not learned for this model: learn it with `codeexit tune`, or use {ExitPolicies.Unlearned}");
        }
        return network.Outputs == outputs
            ? network
            : throw new ArgumentException(
                $"policy '{spec}' needs '{name}' with {outputs} outputs, and the learned one has {network.Outputs}; learn it again with `codeexit tune`");
    }
}
