namespace CodeExit.Telemetry.Sources;

/// <summary>One device, or one part of it, whose energy or power can be read. Used by one thread at a time.</summary>
public interface IEnergySource : IDisposable
{
    /// <summary>May change when the device stops to offer what it did: see <see cref="FallbackSource"/>.</summary>
    EnergySourceInfo Info { get; }

    /// <summary>Reads the device once. Never throws: what goes wrong is in the answer.</summary>
    SourceReading Read();

    /// <summary>
    /// Share of the device that processes other than this one have used, summed over time: a second at 0.5 adds half a second. Only its
    /// growth means something. Null where nobody can know.
    /// </summary>
    TimeSpan? OtherWork() => null;
}

/// <summary>What is known about a source before it is read.</summary>
/// <param name="Id">Kind and name of the device, the same at every start: "nvml:GPU-…", "rapl:package-0".</param>
/// <param name="Name">For a person.</param>
/// <param name="Scope">What its numbers cover: "gpu", "cpu-package", "process".</param>
/// <param name="Label">How its joules come about when all goes well.</param>
/// <param name="Period">How often the device makes a new value, as far as is known; where its counter shows otherwise, that is believed.</param>
public sealed record EnergySourceInfo(string Id, string Name, string Scope, EnergyLabel Label, TimeSpan Period)
{
    /// <summary>PCI address, "0000:01:00.0"; null for what is no PCI device.</summary>
    public string? PciId { get; init; }

    /// <summary>The driver's name of the device that survives a change of slots: "GPU-8f2c…". Null where there is none.</summary>
    public string? Uuid { get; init; }

    /// <summary>Watts that the device may draw, where it says so.</summary>
    public double? LimitWatts { get; init; }

    /// <summary>Watts of the device at rest, where the source defines them: an estimate does. Else they are learned from quiet times.</summary>
    public double? IdleWatts { get; init; }

    /// <summary>
    /// Whether this is the device that a compute runtime calls by this name. CUDA_VISIBLE_DEVICES renumbers devices and NVML ignores it,
    /// so an index means nothing; UUIDs and PCI addresses do. Runtimes write both in different lengths and cases: OpenCL tells a UUID's 32
    /// digits alone, which NVML and CUDA write with hyphens behind "GPU-".
    /// </summary>
    public bool Is(string uuidOrPciId) =>
        Uuid is { } uuid && string.Equals(Digits(uuidOrPciId), Digits(uuid), StringComparison.OrdinalIgnoreCase)
        || PciId is { } mine && PciAddress.TryParse(uuidOrPciId, out var other) && PciAddress.TryParse(mine, out var own) && own == other;

    private static string Digits(string uuid) =>
        (uuid.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase) ? uuid[4..] : uuid).Replace("-", "", StringComparison.Ordinal);
}

/// <summary>Why a reading holds nothing.</summary>
public enum ReadFault
{
    None,

    /// <summary>Passing: ask again later.</summary>
    Retry,

    /// <summary>The device is gone: unplugged, fallen off the bus, being reset. It may come back.</summary>
    Lost,

    /// <summary>It will not answer this user.</summary>
    Denied,

    /// <summary>It cannot, and never will.</summary>
    Unsupported,
}

/// <summary>One reading.</summary>
/// <param name="Joules">Of the counter; grows within an epoch. Null where the source has no counter.</param>
/// <param name="Watts">Of now. Null where the source has none, or only an average over a longer time.</param>
/// <param name="Epoch">Counts up when the counter starts anew (driver reset, too long unread): joules of different epochs have no difference.</param>
public readonly record struct SourceReading(double? Joules, double? Watts, int Epoch, ReadFault Fault = ReadFault.None, string? Reason = null)
{
    public static SourceReading Failed(ReadFault fault, string reason) => new(null, null, 0, fault, reason);
}
