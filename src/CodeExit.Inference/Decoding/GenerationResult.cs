namespace CodeExit.Inference.Decoding;

/// <summary>Why a generation ended.</summary>
public enum GenerationEnd
{
    /// <summary>The model said so: one of the end tokens, which is not part of the result.</summary>
    EndOfText,

    /// <summary>The observer refused to go on.</summary>
    Observer,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> were produced.</summary>
    Budget,

    /// <summary>The KV cache is full.</summary>
    ContextFull,

    /// <summary>The exit policy saw nothing coming that would be worth its layers.</summary>
    Policy,
}

/// <summary>Told of every token as soon as it is known; ends the decode by answering false.</summary>
public interface ITokenObserver
{
    /// <returns>False to end the generation after this token.</returns>
    bool OnToken(int token);
}

/// <summary>What one generation produced and what it cost.</summary>
/// <param name="Tokens">Without the end token.</param>
/// <param name="PromptTokensReused">Prompt tokens whose keys and values were still in the cache.</param>
/// <param name="LayersPerToken">Layers run for each of <paramref name="Tokens"/>.</param>
/// <param name="Prefill">Time to run the prompt's new tokens, also where a deep token made the prompt's deeper layers run later.</param>
/// <param name="FirstToken">From the call to the first token known.</param>
/// <param name="Decode">From the first token known to the end, what belongs to <paramref name="Prefill"/> left out.</param>
public sealed record GenerationResult(
    IReadOnlyList<int> Tokens,
    GenerationEnd End,
    int PromptTokens,
    int PromptTokensReused,
    IReadOnlyList<int> LayersPerToken,
    TimeSpan Prefill,
    TimeSpan FirstToken,
    TimeSpan Decode)
{
    /// <summary>The exit policy's part of <see cref="Decode"/>: its looks, less the read-outs that were of use anyway.</summary>
    public TimeSpan Probes { get; init; }

    /// <summary>Tokens that were drafted and verified; 0 where the policy drafts none.</summary>
    public int Drafted { get; init; }

    /// <summary>Those of <see cref="Drafted"/> that verification confirmed and that came to be emitted.</summary>
    public int Accepted { get; init; }

    /// <summary>
    /// All that was run for the tokens behind the prompt, in layers of one token: each layer of each of them once, back-fill and rejected
    /// drafts too, and every read-out at what its weights are in layers. Counted, not timed: the same on every run.
    /// </summary>
    public double Work { get; init; }
}
