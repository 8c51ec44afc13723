using CodeExit.Telemetry.Sources;

namespace CodeExit.Telemetry;

/// <summary>What is known of a device's power without asking it.</summary>
/// <param name="Watts">When it was last read: during a request or right after; null before the first.</param>
/// <param name="Age">How long ago that was; null likewise.</param>
/// <param name="IdleWatts">With no request running; null before it was learned.</param>
public sealed record DevicePower(EnergySourceInfo Source, double? Watts, TimeSpan? Age, double? IdleWatts);
