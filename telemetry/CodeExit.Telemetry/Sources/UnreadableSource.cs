namespace CodeExit.Telemetry.Sources;

/// <summary>
/// A device that does work and cannot be read. It stands in a meter's first place so that no other device's joules are taken for its own:
/// what is measured of it is <see cref="EnergyLabel.Unavailable"/>, with the reason.
/// </summary>
/// <param name="id">Names the device: "gpu:0000:01:00.0".</param>
/// <param name="name">For a person.</param>
public sealed class UnreadableSource(string id, string name, string scope, string reason) : IEnergySource
{
    public EnergySourceInfo Info { get; } = new(id, name, scope, EnergyLabel.Unavailable, TimeSpan.FromMilliseconds(100));

    public SourceReading Read() => SourceReading.Failed(ReadFault.Unsupported, reason);

    public void Dispose() { }
}
