using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>One layer at which an exit policy had a token in its hands.</summary>
/// <param name="Layer">1-based.</param>
/// <param name="Evidence">What the action went by; none at the last layer, where nobody is asked.</param>
public readonly record struct PolicyStop(int Layer, ExitAction Action, ExitEvidence Evidence);

/// <summary>Where an exit policy leaves the token that follows a prompt, and why. The way is decoding's own, with a pencil beside the policy.</summary>
public static class PolicyInspector
{
    /// <param name="options">What the generation would have been asked for; its place matters to some policies.</param>
    /// <returns>All stops, in order. The last is where the token was read out, or the generation ended.</returns>
    /// <exception cref="ArgumentException">No token, too many, or the model lacks what the policy needs.</exception>
    public static IReadOnlyList<PolicyStop> Read(
        DecoderModel model, ReadOnlySpan<int> tokens, IExitPolicy policy, GenerationOptions options, CancellationToken cancellationToken)
    {
        LayerInspector.Check(model, tokens);
        var stops = new List<PolicyStop>();
        using var session = new DecodingSession(model);
        session.Begin(tokens, options, new Noted(policy, stops), new HashSet<int>(), observer: null, cancellationToken);
        if (stops is [] or [.., { Action: ExitAction.Continue }]) stops.Add(new PolicyStop(model.Config.LayerCount, ExitAction.Exit, default));
        return stops;
    }

    /// <summary>A policy as it is, with each of its decisions written down.</summary>
    private sealed class Noted(IExitPolicy policy, List<PolicyStop> stops) : IExitPolicy
    {
        public string Spec => policy.Spec;

        public SkippedLayers Skipped => policy.Skipped;

        public IDecodingStrategy Strategy => policy.Strategy;

        public ExitEvidence Evidence => policy.Evidence;

        public void Begin(ModelConfig config, GenerationOptions options) => policy.Begin(config, options);

        public int NextStop(int layer) => policy.NextStop(layer);

        public ExitAction Decide(ExitView view)
        {
            var action = policy.Decide(view);
            stops.Add(new PolicyStop(view.Layer, action, policy.Evidence));
            return action;
        }

        public bool Skips(int layer) => policy.Skips(layer);
    }
}
