using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Serving;

/// <summary>A generator that outlives the services that use it one after the other.</summary>
internal sealed class LentGenerator(IGenerator lender) : IGenerator
{
    public ModelConfig Config => lender.Config;

    public int ContextLength => lender.ContextLength;

    public string Device => lender.Device;

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken) =>
        lender.Generate(prompt, options, policy, endTokens, observer, cancellationToken);

    /// <summary>Left to the lender.</summary>
    public void Dispose() { }
}
