namespace CodeExit.Telemetry;

/// <summary>The written form of labels in JSON and reports.</summary>
public static class EnergyLabels
{
    public static string Text(this EnergyLabel label) => label switch
    {
        EnergyLabel.MeasuredCounter => "measured-counter",
        EnergyLabel.MeasuredIntegrated => "measured-integrated",
        EnergyLabel.Apportioned => "apportioned",
        EnergyLabel.EstimatedModel => "estimated-model",
        EnergyLabel.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(label), label, "not an energy label"),
    };
}
