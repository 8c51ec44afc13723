using CodeExit.Telemetry.Sources;
using CodeExit.Telemetry.Sources.Nvml;
using CodeExit.Telemetry.Sources.Sysfs;

namespace CodeExit.Telemetry;

/// <summary>
/// What can be read on this machine, best first: NVIDIA's cards, other makers' cards, the processor, and an estimate at the end, so that
/// there always is a source. And what cannot be read, with the reason and the remedy.
/// </summary>
public sealed class EnergySources : IDisposable
{
    private readonly SourceSurvey _survey = new();
    private readonly SysfsTree _sysfs;

    private EnergySources(TelemetryOptions options) => _sysfs = new SysfsTree(options.Sysfs);

    public IReadOnlyList<IEnergySource> All => _survey.Sources;

    public IReadOnlyList<MissingSource> Missing => _survey.Missing;

    /// <summary>Looks at the processor alone: what a model that runs there needs, without a word to any card's driver.</summary>
    public static EnergySources DiscoverProcessor(TelemetryOptions options, TimeProvider time)
    {
        var sources = new EnergySources(options);
        sources.AddProcessor(options, time);
        return sources;
    }

    /// <summary>Looks once; devices that come later are not seen. Wakes no card that is powered down.</summary>
    public static EnergySources Discover(TelemetryOptions options, TimeProvider time)
    {
        var sources = new EnergySources(options);
        new NvmlDiscovery(sources._sysfs, time, sources._survey).Run(options.NvmlLibrary);
        HwmonSource.Discover(sources._sysfs, time, sources._survey);
        sources.AddProcessor(options, time);
        return sources;
    }

    /// <summary>The source for a model that runs on the processor: its packages, else the estimate.</summary>
    public IEnergySource ForProcessor => All.FirstOrDefault(source => source.Info.Scope == "cpu-package") ?? All[^1];

    /// <summary>The source for a model that runs on a card; null where that card cannot be read.</summary>
    /// <param name="uuidOrPciId">What the compute runtime calls the card.</param>
    public IEnergySource? ForCard(string uuidOrPciId) => All.FirstOrDefault(source => source.Info.Is(uuidOrPciId));

    /// <summary>Whether a card is powered down: whoever loads its driver wakes it.</summary>
    public static bool HasSleepingCard(TelemetryOptions options) => PciDevices.Displays(new SysfsTree(options.Sysfs)).Any(card => card.Asleep);

    /// <summary>Batteries as they are now; none on a machine without.</summary>
    public IReadOnlyList<BatteryState> Batteries() => Battery.Read(_sysfs);

    /// <summary>Likewise, without a look at anything else.</summary>
    public static IReadOnlyList<BatteryState> Batteries(TelemetryOptions options) => Battery.Read(new SysfsTree(options.Sysfs));

    public void Dispose() => _survey.Dispose();

    private void AddProcessor(TelemetryOptions options, TimeProvider time)
    {
        RaplSource.Discover(_sysfs, time, new ProcessorOthers("/proc/stat", Environment.ProcessorCount, OwnProcess.ProcessorTime), _survey);
        _survey.Find(new EstimateSource(options.CpuWatts, Environment.ProcessorCount, time, OwnProcess.ProcessorTime));
    }
}
