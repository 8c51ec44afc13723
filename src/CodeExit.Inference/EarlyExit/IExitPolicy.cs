using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// Decides, token by token, after which layer it is read out. Keeps what it needs to remember of the running generation, so it serves one
/// sequence at a time. It sees states and logits through an <see cref="ExitView"/>, and never the KV cache.
/// </summary>
public interface IExitPolicy
{
    /// <summary>The spec that makes this policy, as the command line and the reports write it: <c>full</c>, <c>fixed:4</c>.</summary>
    string Spec { get; }

    SkippedLayers Skipped => SkippedLayers.BackFill;

    /// <summary>How tokens are produced. Asked for after <see cref="Begin"/>; one after the other, unless the policy drafts.</summary>
    IDecodingStrategy Strategy => AutoregressiveDecoding.Instance;

    /// <summary>A generation begins. Allocates nothing when the model is that of the last one.</summary>
    /// <param name="options">What the generation was asked for.</param>
    /// <exception cref="ArgumentException">The model lacks what the policy needs; names the spec and what is missing.</exception>
    void Begin(ModelConfig config, GenerationOptions options);

    /// <summary>The next layer (1-based) after which the token is looked at, or read out.</summary>
    /// <param name="layer">Layers that it has run; 0 for a new token.</param>
    int NextStop(int layer);

    /// <summary>Asked at every stop but the last layer, where a token is always read out.</summary>
    ExitAction Decide(ExitView view);

    /// <summary>What the last <see cref="Decide"/> went by.</summary>
    ExitEvidence Evidence => default;

    /// <summary>True for a layer (1-based) that no token runs: layer skipping.</summary>
    bool Skips(int layer) => false;
}
