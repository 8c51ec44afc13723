namespace CodeExit.Telemetry.Sources;

/// <summary>What a search for sources has found, and what it has not found and why.</summary>
internal sealed class SourceSurvey : IDisposable
{
    private readonly List<IEnergySource> _sources = [];
    private readonly List<MissingSource> _missing = [];
    private readonly List<IDisposable> _owned = [];

    public IReadOnlyList<IEnergySource> Sources => _sources;

    public IReadOnlyList<MissingSource> Missing => _missing;

    public void Find(IEnergySource source) => _sources.Add(source);

    public void Miss(string kind, string? device, string reason, string? remedy) => _missing.Add(new MissingSource(kind, device, reason, remedy));

    /// <summary>What sources share, and what must outlive them all.</summary>
    public void Own(IDisposable shared) => _owned.Add(shared);

    /// <summary>Whether there is word of a device already, good or bad.</summary>
    public bool Knows(string device) => _sources.Any(source => source.Info.PciId == device) || _missing.Any(missing => missing.Device == device);

    public void Dispose()
    {
        foreach (var source in _sources) source.Dispose();
        foreach (var shared in _owned) shared.Dispose();
    }
}
