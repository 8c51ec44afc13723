namespace CodeExit.Evaluation.Speed;

/// <summary>How long <c>bench speed</c> measures.</summary>
public sealed record SpeedOptions
{
    /// <summary>Tokens of a prefill run; less where the model's context is shorter.</summary>
    public int PrefillTokens { get; init; } = 512;

    /// <summary>Tokens of a decode run, at batch 1.</summary>
    public int DecodeTokens { get; init; } = 64;

    /// <summary>Prompt of the first suggestion: what a completion in the middle of a file sends.</summary>
    public int SuggestionTokens { get; init; } = 256;

    /// <summary>On a device of its own: the long prompt whose first token is waited for.</summary>
    public int LongPromptTokens { get; init; } = 1024;

    /// <summary>Runs of each kind; the median counts.</summary>
    public int Repeats { get; init; } = 5;

    /// <summary>Least time of a window in which joules are measured.</summary>
    public TimeSpan EnergyWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Rest before each of these windows: two seconds of it are what the device at rest is seen in.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(3);
}
