namespace CodeExit.Telemetry.Attribution;

/// <summary>A moment at which a device's energy so far is known: a counter has just moved, or power was read.</summary>
internal readonly record struct EnergyEdge(TimeSpan At, double Joules);

/// <summary>From one moment to another, on the sampler's clock.</summary>
internal readonly record struct ActiveSpan(TimeSpan Start, TimeSpan End)
{
    public bool IsActiveAt(TimeSpan at) => Start <= at && at < End;
}
