namespace CodeExit.Telemetry.Attribution;

/// <summary>
/// Adds up power readings. The time between two is taken at the power of the later: a request starts at a reading made while the device
/// was still at rest, and sensors lag behind, so the earlier one says little about it.
/// </summary>
internal sealed class PowerTrace
{
    /// <summary>Readings further apart say nothing about what was between them.</summary>
    public static readonly TimeSpan LongestHole = TimeSpan.FromMilliseconds(500);

    public EdgeTrace Edges { get; } = new();

    public void Add(double watts, TimeSpan at)
    {
        if (Edges.Count > 0 && at - Edges.Last.At > LongestHole) Edges.Clear();
        var joules = Edges.Count == 0 ? 0 : Edges.Last.Joules + watts * (at - Edges.Last.At).TotalSeconds;
        Edges.Add(new EnergyEdge(at, joules));
    }
}
