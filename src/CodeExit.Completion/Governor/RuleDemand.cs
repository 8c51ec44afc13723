namespace CodeExit.Completion.Governor;

/// <summary>What made the governor choose a price.</summary>
public enum GovernorRule
{
    /// <summary>Nothing asks for less than the dearest mode.</summary>
    None,

    /// <summary>The user's cap on power.</summary>
    PowerCap,

    /// <summary>The limit that the device enforces on itself.</summary>
    DeviceLimit,

    /// <summary>The user's budget per suggestion.</summary>
    Budget,

    /// <summary>On battery, no dearer than a mode.</summary>
    Battery,

    /// <summary>On battery, little charge.</summary>
    LowBattery,

    /// <summary>There is no reading of power to go by.</summary>
    NoPowerReading,

    /// <summary>What a layer costs is not known.</summary>
    NoLayerEnergy,
}

/// <summary>How a rule stands to its limit.</summary>
public enum RuleStanding
{
    /// <summary>It holds its limit.</summary>
    Holds,

    /// <summary>Over its limit: the price rises.</summary>
    Over,

    /// <summary>Well under its limit: the price falls.</summary>
    Under,

    /// <summary>Even the cheapest price is over the limit.</summary>
    OutOfReach,

    /// <summary>Even the dearest price is under the limit.</summary>
    Slack,

    /// <summary>No suggestions are made.</summary>
    Paused,
}

/// <summary>The price that one rule asks for at least, and the numbers that it goes by.</summary>
/// <param name="Value">Where the rule stands, in its unit: W, J, or a share of charge.</param>
/// <param name="Limit">What it stands for, in the same unit.</param>
/// <param name="Mode">The mode that the rule names, where it names one.</param>
public readonly record struct RuleDemand(
    double LogPrice, GovernorRule Rule, RuleStanding Standing, double? Value = null, double? Limit = null, string? Mode = null);
