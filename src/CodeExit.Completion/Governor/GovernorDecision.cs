using System.Globalization;

namespace CodeExit.Completion.Governor;

/// <summary>The price in force, and why.</summary>
/// <param name="Price">What running all layers for a token costs, in wrong tokens; 0 to 1.</param>
/// <param name="Mode">The mode that it corresponds to: quality, balanced or saver.</param>
/// <param name="Binding">The rule that asked for it.</param>
public readonly record struct GovernorDecision(float Price, string Mode, RuleDemand Binding)
{
    /// <summary>True where no suggestion is to be made.</summary>
    public bool IsPaused => Binding.Standing == RuleStanding.Paused;

    /// <summary>One sentence for whoever asks why. Written when asked for: decisions are made for each token.</summary>
    public string Reason => Binding.Rule switch
    {
        GovernorRule.PowerCap => Power("the power cap"),
        GovernorRule.DeviceLimit => Power("what the device's own limit leaves"),
        GovernorRule.Budget => Budget,
        GovernorRule.Battery => Text($"on battery{Charge}: no dearer than {Binding.Mode}"),
        GovernorRule.LowBattery when IsPaused => Text($"on battery{Charge}, below {Binding.Limit:0 %}: no suggestions"),
        GovernorRule.LowBattery => Text($"on battery{Charge}, below {Binding.Limit:0 %}: {Binding.Mode}"),
        GovernorRule.NoPowerReading => Text($"no fresh reading of power: {Binding.Mode}"),
        GovernorRule.NoLayerEnergy => Text($"the budget cannot be held before it is known what a layer costs: {Binding.Mode}"),
        _ => "nothing limits the price",
    };

    private string Charge => Text($"{(Binding.Value is { } charge ? $" at {charge:0 %}" : "")}");

    private string Budget => Binding.Standing switch
    {
        RuleStanding.OutOfReach => Text($"the budget of {Binding.Limit:0.###} J cannot be met: the cheapest suggestion costs about {Binding.Value:0.###} J"),
        RuleStanding.Slack => Text($"the budget of {Binding.Limit:0.###} J limits nothing: the dearest suggestion costs about {Binding.Value:0.###} J"),
        _ => Text($"the budget of {Binding.Limit:0.###} J binds: suggestions cost {Binding.Value:0.###} J on average"),
    };

    private string Power(string ceiling) => Binding.Standing switch
    {
        RuleStanding.OutOfReach => Text($"{ceiling}, {Binding.Limit:0.#} W, cannot be held: {Binding.Value:0.#} W at the cheapest price"),
        RuleStanding.Over => Text($"{Binding.Value:0.#} W is above {ceiling}, {Binding.Limit:0.#} W: the price rises"),
        RuleStanding.Under => Text($"{Binding.Value:0.#} W is below {ceiling}, {Binding.Limit:0.#} W: the price falls"),
        _ => Text($"{ceiling}, {Binding.Limit:0.#} W, binds: {Binding.Value:0.#} W"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
