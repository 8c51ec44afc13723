namespace CodeExit.Completion.Governor;

/// <summary>What a user asks of the governor. Immutable; <see cref="Validate"/> is called once, where the governor is made.</summary>
public sealed record GovernorOptions
{
    /// <summary>Most watts of the device that runs the model (<c>--power-cap</c>), averaged over half a second; null for no cap.</summary>
    public double? PowerCapWatts { get; init; }

    /// <summary>Joules that a suggestion may cost on average (<c>--budget</c>); null for no budget.</summary>
    public double? BudgetJoules { get; init; }

    /// <summary>On battery no mode that is dearer than this one.</summary>
    public string BatteryMode { get; init; } = Modes.Balanced;

    /// <summary>On battery with less charge than this, 0 to 1: saver.</summary>
    public double SaverBelowCharge { get; init; } = 0.3;

    /// <summary>On battery with less charge than this, 0 to 1: no suggestions.</summary>
    public double PauseBelowCharge { get; init; } = 0.1;

    /// <exception cref="ArgumentException">Names the option, the value and what would be right.</exception>
    public void Validate()
    {
        if (PowerCapWatts is { } watts && !(watts > 0 && double.IsFinite(watts)))
        {
            throw new ArgumentOutOfRangeException(nameof(PowerCapWatts), watts, "power cap must be a number of watts above 0");
        }
        if (BudgetJoules is { } joules && !(joules > 0 && double.IsFinite(joules)))
        {
            throw new ArgumentOutOfRangeException(nameof(BudgetJoules), joules, "budget must be a number of joules above 0");
        }
        if (!Modes.Calibrated.Contains(BatteryMode))
        {
            throw new ArgumentException($"battery mode '{BatteryMode}' is none that the governor chooses; use {string.Join(", ", Modes.Calibrated)}");
        }
        if (SaverBelowCharge is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(SaverBelowCharge), SaverBelowCharge, "saver below charge must be a share from 0 to 1");
        }
        if (!(PauseBelowCharge >= 0 && PauseBelowCharge <= SaverBelowCharge))
        {
            throw new ArgumentOutOfRangeException(
                nameof(PauseBelowCharge), PauseBelowCharge, $"pause below charge must be from 0 to where saver begins, {SaverBelowCharge}");
        }
    }
}
