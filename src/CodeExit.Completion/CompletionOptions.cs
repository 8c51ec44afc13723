using CodeExit.Inference.Decoding;

namespace CodeExit.Completion;

/// <summary>How a service completes. Immutable; <see cref="Validate"/> is called once, where the service is made.</summary>
public sealed record CompletionOptions
{
    /// <summary>Fewest prompt tokens that leave room for FIM tokens and a word on either side.</summary>
    public const int LeastPromptTokens = 16;

    /// <summary>Most tokens of a suggestion, unless the request says otherwise.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>
    /// Most tokens of a prompt; fewer where the context is too short for prompt and continuation together. The default is about a hundred
    /// lines of code: more context helps little, and a cold prefill of it is what the first suggestion waits for.
    /// </summary>
    public int PromptTokens { get; init; } = 1024;

    /// <summary>0 is greedy.</summary>
    public float Temperature { get; init; }

    /// <summary>Nucleus sampling; 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    public ulong Seed { get; init; }

    /// <summary>For requests that bring none of their own.</summary>
    public DepthSettings Depth { get; init; } = new();

    /// <exception cref="ArgumentException">Names the option, the value and what would be right.</exception>
    public void Validate()
    {
        if (PromptTokens < LeastPromptTokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(PromptTokens), PromptTokens, $"prompt tokens must be at least {LeastPromptTokens}");
        }
        ForGeneration(MaxTokens).Validate();
        Depth.Validate();
    }

    /// <summary>The part of these options that the engine takes.</summary>
    internal GenerationOptions ForGeneration(int maxTokens) => new()
    {
        MaxTokens = maxTokens,
        Temperature = Temperature,
        TopP = TopP,
        Seed = Seed,
    };
}
