namespace CodeExit.Telemetry.Sources;

/// <summary>What the machine runs on. Its watts are the whole machine's, over a second and more: nothing to bill a request by.</summary>
/// <param name="Status">The kernel's word: "Charging", "Discharging", "Full", "Not charging", "Unknown".</param>
/// <param name="Charge">From 0 to 1; null where the battery does not say.</param>
/// <param name="Watts">Into the battery or out of it; null where it does not say.</param>
public sealed record BatteryState(string Name, string Status, double? Charge, double? Watts)
{
    public bool IsDischarging => Status == "Discharging";
}
