namespace CodeExit.Inference.Decoding;

/// <summary>What one generation may do. Validated at the boundary by <see cref="Validate"/>.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to produce.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>0 is greedy.</summary>
    public float Temperature { get; init; }

    /// <summary>Nucleus: the least set of tokens whose probability reaches it (Holtzman et al.). 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>The same seed, prompt and options give the same tokens.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the caller knows of the place that is completed, as numbers; a learned policy may read it. Empty where nothing is known.</summary>
    public IReadOnlyList<float> Place { get; init; } = [];

    /// <exception cref="ArgumentOutOfRangeException">Names the option, the value and what would be right.</exception>
    public void Validate()
    {
        if (MaxTokens < 1) throw new ArgumentOutOfRangeException(nameof(MaxTokens), MaxTokens, "max tokens must be at least 1");
        if (!(Temperature >= 0 && float.IsFinite(Temperature))) throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "temperature must be 0 (greedy) or more");
        if (!(TopP > 0 && TopP <= 1)) throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "top-p must be above 0 and at most 1");
    }
}
