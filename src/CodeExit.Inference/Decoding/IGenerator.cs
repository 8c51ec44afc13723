using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Decoding;

/// <summary>
/// One resident model with one KV cache: token ids in, token ids out. Keeps the cache between calls and reuses the longest common
/// prefix. Not safe for concurrent calls: one worker owns it.
/// </summary>
public interface IGenerator : IDisposable
{
    ModelConfig Config { get; }

    /// <summary>Most tokens, prompt and continuation together, that fit the cache.</summary>
    int ContextLength { get; }

    /// <summary>Device the weights are resident on, as <c>--json</c> names it: "cpu".</summary>
    string Device { get; }

    /// <summary>Runs the prompt and decodes. Checks <paramref name="cancellationToken"/> between layers, in prefill as in decode.</summary>
    /// <exception cref="ArgumentException">An empty prompt, an id outside the vocabulary, or a prompt that leaves no room in the context.</exception>
    /// <exception cref="OperationCanceledException">The cache stays usable.</exception>
    GenerationResult Generate(
        ReadOnlySpan<int> prompt,
        GenerationOptions options,
        IExitPolicy policy,
        IReadOnlySet<int> endTokens,
        ITokenObserver? observer,
        CancellationToken cancellationToken);
}
