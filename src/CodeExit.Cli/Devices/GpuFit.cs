using System.Globalization;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;

namespace CodeExit.Cli.Devices;

/// <summary>Whether a model fits a device, and if it does not, in numbers, what would.</summary>
/// <param name="Free">Bytes free on the device now; null where nothing tells.</param>
/// <param name="Precision">How it would be held.</param>
/// <param name="Needs">What it takes so.</param>
/// <param name="Lower">What it takes in lower precisions that the backend has, the highest of them first.</param>
internal sealed record GpuFit(
    GpuDevice Device, long? Free, WeightPrecision Precision, GpuMemory Needs, IReadOnlyList<(WeightPrecision Precision, GpuMemory Needs)> Lower)
{
    /// <summary>What <c>auto</c> leaves to others: the driver's own, a display. Drivers take some 100 to 300 MB for a context.</summary>
    public const long Reserve = 256L << 20;

    private long Room => Free ?? Device.MemoryBytes;

    /// <summary>Why it does not fit; null where it does, as far as can be known before it is tried.</summary>
    /// <param name="reserve">Bytes that have to stay free.</param>
    public string? Refusal(long reserve = 0) => Fits(Needs, reserve) ? null : $"{Why(reserve)}; {Remedy(reserve)}";

    /// <summary>The same for a driver that has refused memory which should have been there.</summary>
    public string Refused(GpuMemoryException refusal) =>
        $"{Text} on {Device.Name}, and its driver refused {Size(refusal.Asked)} after {Size(refusal.Held)}: others hold the rest of its {Size(Device.MemoryBytes)}; {Remedy(reserve: 0)}";

    public static string Size(long bytes)
    {
        var (value, unit) = bytes >= 1L << 30 ? (bytes / (double)(1L << 30), "GiB") : (bytes / (double)(1L << 20), "MiB");
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
    }

    public static string Name(WeightPrecision precision) => precision.ToString().ToLowerInvariant();

    private bool Fits(GpuMemory needs, long reserve) => needs.LargestBuffer <= Device.LargestBufferBytes && needs.Total + reserve <= Room;

    private string Why(long reserve)
    {
        if (Needs.LargestBuffer > Device.LargestBufferBytes)
        {
            return $"the model's largest matrix takes {Size(Needs.LargestBuffer)} in {Name(Precision)}, and {Device.Name} takes at most {Size(Device.LargestBufferBytes)} in one buffer";
        }
        var free = Free is { } known ? $"{Size(known)} of its {Size(Device.MemoryBytes)} are free" : $"it has {Size(Device.MemoryBytes)}";
        return $"{Text} on {Device.Name}, and {free}{(reserve > 0 ? $", of which {Size(reserve)} are left to others" : "")}";
    }

    private string Text => $"the model takes {Size(Needs.Total)} ({Size(Needs.Model)} in {Name(Precision)}, {Size(Needs.Cache)} for its cache)";

    private string Remedy(long reserve)
    {
        foreach (var (precision, needs) in Lower)
        {
            if (Fits(needs, reserve)) return $"--precision {Name(precision)} takes {Size(needs.Total)}, --device cpu none of it";
        }
        return "--device cpu needs none of it";
    }
}
