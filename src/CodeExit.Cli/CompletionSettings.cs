using CodeExit.Completion;

namespace CodeExit.Cli;

/// <summary>What the command line says about a completion service; a null leaves the choice to the service.</summary>
internal sealed record CompletionSettings
{
    /// <summary>Policy, mode and limits of requests that bring none of their own.</summary>
    public DepthSettings Depth { get; init; } = new();

    /// <summary>Whether requests may bring settings of their own: then the model is loaded with all that was learned and calibrated for it.</summary>
    public bool TakesRequestSettings { get; init; }

    public Placement Placement { get; init; } = new();

    /// <summary>0 is greedy.</summary>
    public float Temperature { get; init; }

    /// <summary>Nucleus; 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    public ulong Seed { get; init; }

    /// <summary>Whether metrics are sent over OTLP.</summary>
    public bool Otlp { get; init; }

    /// <summary>Told, in one line, what the service does without.</summary>
    public Action<string> Warn { get; init; } = static _ => { };
}
