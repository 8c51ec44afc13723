namespace CodeExit.Evaluation.Policies;

/// <summary>How <see cref="PolicyBenchmark"/> asks.</summary>
public sealed record PolicyBenchmarkOptions
{
    /// <summary>Most tokens of a text.</summary>
    public int MaxTokens { get; init; } = 48;

    /// <summary>Most tokens of a prompt: what the completion service gives one.</summary>
    public int PromptTokens { get; init; } = 1024;
}
