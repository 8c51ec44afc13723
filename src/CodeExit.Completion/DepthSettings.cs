using CodeExit.Completion.Calibration;
using CodeExit.Completion.Governor;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Completion;

/// <summary>
/// What decides how many layers run: a policy, a mode, or limits that the governor keeps. A service has settings of its own for requests
/// that bring none. Compared by value; <see cref="Validate"/> is called once, at the boundary.
/// </summary>
public sealed record DepthSettings
{
    /// <summary>Exit policy spec; null leaves the choice to <see cref="Mode"/>.</summary>
    public string? Policy { get; init; }

    /// <summary>Mode name; null, without policy and limits, leaves the choice to the model: <see cref="Modes"/> says how.</summary>
    public string? Mode { get; init; }

    /// <summary>Most watts of the device that runs the model, averaged over half a second; null for no cap. Mode <c>auto</c> keeps it.</summary>
    public double? PowerCapWatts { get; init; }

    /// <summary>Joules above idle that a suggestion may cost on average; null for no budget. Mode <c>auto</c> keeps it.</summary>
    public double? BudgetJoules { get; init; }

    /// <summary>On battery, answer only what was asked for by hand. In any mode.</summary>
    public bool PauseOnBattery { get; init; }

    /// <summary>Whether the governor decides: asked for by name, or by a limit that only it can keep.</summary>
    public bool IsAuto => Mode == Modes.Auto || (Mode is null && HasLimit);

    /// <summary>Whether the policy in force hangs on what the model was calibrated for.</summary>
    public bool AsksTheModel => Policy is null && Mode != Modes.Lossless;

    /// <summary>Whether full depth was asked for by name: nothing but the weights is needed.</summary>
    public bool IsFullDepth => Policy == FullDepthPolicy.Name || (Policy is null && Mode == Modes.Lossless);

    internal GovernorOptions Governor => new() { PowerCapWatts = PowerCapWatts, BudgetJoules = BudgetJoules };

    private bool HasLimit => PowerCapWatts is not null || BudgetJoules is not null;

    /// <summary>These settings where they say something, else the service's. A limit of the service's holds for any request that leaves the choice to the governor.</summary>
    internal DepthSettings Or(DepthSettings own)
    {
        var pauses = PauseOnBattery || own.PauseOnBattery;
        if (Policy is null && Mode is null && !HasLimit) return own with { PauseOnBattery = pauses };
        if (!IsAuto) return this with { PauseOnBattery = pauses };
        return this with { PowerCapWatts = PowerCapWatts ?? own.PowerCapWatts, BudgetJoules = BudgetJoules ?? own.BudgetJoules, PauseOnBattery = pauses };
    }

    /// <summary>What holds for a request, where these are the service's.</summary>
    /// <param name="asked">What it brings; null for nothing.</param>
    internal DepthSettings For(DepthSettings? asked) => asked?.Or(this) ?? this;

    /// <exception cref="ArgumentException">Names the option, the value and what would be right.</exception>
    public void Validate()
    {
        if (Policy is not null && Mode is not null)
        {
            throw new ArgumentException(
                $"policy '{Policy}' and mode '{Mode}' are both given: a mode chooses the policy, so give one of them");
        }
        if (HasLimit && (!IsAuto || Policy is not null))
        {
            throw new ArgumentException(
                $"a {(PowerCapWatts is not null ? "power cap" : "budget")} is kept by mode '{Modes.Auto}', and {(Policy is null ? $"mode '{Mode}'" : $"policy '{Policy}'")} is asked for; give one of them");
        }
        if (Policy is not null) ExitPolicies.Parse(Policy);
        if (Mode is not null) Modes.Validate(Mode);
        Governor.Validate();
    }

    /// <summary>The policy in force with a model of these modes.</summary>
    /// <exception cref="ArgumentException">The model was not calibrated for the mode.</exception>
    public PolicyChoice Choose(CalibratedModes modes) => Modes.Choose(Policy, IsAuto ? Modes.Auto : Mode, modes);
}

/// <summary>What decides how deep the requests of one setting run, and why.</summary>
/// <param name="Mode">As asked for; empty while it hangs on a model that was never loaded.</param>
/// <param name="EffectiveMode">The mode that the price in force corresponds to; <paramref name="Mode"/> itself where the governor has no say.</param>
/// <param name="Policy">Exit policy spec; empty likewise.</param>
/// <param name="Reason">One clause; empty likewise.</param>
/// <param name="IsPaused">Whether only requests by hand are answered.</param>
public sealed record DepthStatus(string Mode, string EffectiveMode, string Policy, string Reason, bool IsPaused = false);
