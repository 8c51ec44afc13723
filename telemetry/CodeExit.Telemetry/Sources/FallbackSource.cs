namespace CodeExit.Telemetry.Sources;

/// <summary>
/// The ways to read one device, best first. One that turns out to be unsupported is left for good; the numbers of the next have another
/// label, and the epoch counts up so that the two are never subtracted from each other.
/// </summary>
internal sealed class FallbackSource(IReadOnlyList<IEnergySource> ways) : IEnergySource
{
    private int _current;

    public EnergySourceInfo Info => ways[_current].Info;

    public SourceReading Read()
    {
        while (true)
        {
            var reading = ways[_current].Read();
            if (reading.Fault != ReadFault.Unsupported || _current + 1 == ways.Count) return reading with { Epoch = Epoch(reading.Epoch) };
            _current++;
        }
    }

    public TimeSpan? OtherWork() => ways[_current].OtherWork();

    public void Dispose()
    {
        foreach (var way in ways) way.Dispose();
    }

    /// <summary>No counter is reset a million times.</summary>
    private int Epoch(int epoch) => _current * 1_000_000 + epoch;
}
