using CodeExit.Completion.Calibration;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;

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

    /// <summary>Exit policy spec; null leaves the choice to <see cref="Mode"/>.</summary>
    public string? Policy { get; init; }

    /// <summary>Mode name; null, without a policy, leaves the choice to the model: <see cref="Modes"/> says how.</summary>
    public string? Mode { get; init; }

    /// <summary>Whether the policy in force hangs on what the model was calibrated for.</summary>
    public bool AsksTheModel => Policy is null && Mode != Modes.Lossless;

    /// <summary>Whether full depth was asked for by name: nothing but the weights is needed.</summary>
    public bool IsFullDepth => Policy == FullDepthPolicy.Name || (Policy is null && Mode == Modes.Lossless);

    /// <exception cref="ArgumentException">Names the option, the value and what would be right.</exception>
    public void Validate()
    {
        if (PromptTokens < LeastPromptTokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(PromptTokens), PromptTokens, $"prompt tokens must be at least {LeastPromptTokens}");
        }
        if (Policy is not null && Mode is not null)
        {
            throw new ArgumentException(
                $"policy '{Policy}' and mode '{Mode}' are both given: a mode chooses the policy, so give one of them");
        }
        ForGeneration(MaxTokens).Validate();
        if (Policy is not null) ExitPolicies.Parse(Policy);
        if (Mode is not null) Modes.Validate(Mode);
    }

    /// <summary>The policy in force with a model of these modes.</summary>
    /// <exception cref="ArgumentException">The model was not calibrated for the mode.</exception>
    public PolicyChoice Choose(CalibratedModes modes) => Modes.Choose(Policy, Mode, modes);

    /// <summary>The part of these options that the engine takes.</summary>
    internal GenerationOptions ForGeneration(int maxTokens) => new()
    {
        MaxTokens = maxTokens,
        Temperature = Temperature,
        TopP = TopP,
        Seed = Seed,
    };
}
