using System.Globalization;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;

namespace CodeExit.Cli.Devices;

/// <summary>Whether a model fits a device, and if it does not, in numbers, what would.</summary>
/// <param name="Free">Bytes free on the device now; null where nothing tells.</param>
/// <param name="Precision">How it would be held: one that the backend has.</param>
/// <param name="Needs">What the model takes by precision; null for one that the backend lacks.</param>
internal sealed record GpuFit(GpuDevice Device, long? Free, WeightPrecision Precision, Func<WeightPrecision, GpuMemory?> Needs)
{
    /// <summary>What <c>auto</c> leaves to others: the driver's own, a display. Drivers take some 100 to 300 MB for a context.</summary>
    public const long Reserve = 256L << 20;

    public GpuMemory Own => Needs(Precision)!;

    private long Room => Free ?? Device.MemoryBytes;

    /// <summary>Why it does not fit; null where it does, as far as can be known before it is tried.</summary>
    /// <param name="reserve">Bytes that have to stay free.</param>
    public string? Refusal(long reserve = 0) => Fits(Own, reserve) ? null : $"{Why(Own, reserve)}; {Remedy(reserve)}";

    /// <summary>The same for a driver that has refused memory which should have been there.</summary>
    public string Refused(GpuMemoryException refusal) =>
        $"{Text(Own)} on {Device.Name}, and its driver refused {Size(refusal.Asked)} after {Size(refusal.Held)}: others hold the rest of its {Size(Device.MemoryBytes)}; {Remedy(reserve: 0)}";

    public static string Size(long bytes)
    {
        var (value, unit) = bytes >= 1L << 30 ? (bytes / (double)(1L << 30), "GiB") : (bytes / (double)(1L << 20), "MiB");
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
    }

    public static string Name(WeightPrecision precision) => precision.ToString().ToLowerInvariant();

    private bool Fits(GpuMemory needs, long reserve) => needs.LargestBuffer <= Device.LargestBufferBytes && needs.Total + reserve <= Room;

    private string Why(GpuMemory needs, long reserve)
    {
        if (needs.LargestBuffer > Device.LargestBufferBytes)
        {
            return $"{needs.LargestName} takes {Size(needs.LargestBuffer)} in {Name(Precision)}, and {Device.Name} takes at most {Size(Device.LargestBufferBytes)} in one buffer";
        }
        var free = Free is { } known ? $"{Size(known)} of its {Size(Device.MemoryBytes)} are free" : $"it has {Size(Device.MemoryBytes)}";
        return $"{Text(needs)} on {Device.Name}, and {free}{(reserve > 0 ? $", of which {Size(reserve)} are left to others" : "")}";
    }

    private string Text(GpuMemory needs) =>
        $"the model takes {Size(needs.Total)} (weights {Size(needs.Weights)} in {Name(Precision)}, cache {Size(needs.Cache)}, scratch {Size(needs.Scratch)})";

    /// <summary>Precisions are in the order of their size, the largest first.</summary>
    private string Remedy(long reserve)
    {
        foreach (var smaller in Enum.GetValues<WeightPrecision>().Where(precision => precision > Precision))
        {
            if (Needs(smaller) is { } needs && Fits(needs, reserve)) return $"--precision {Name(smaller)} takes {Size(needs.Total)}, --device cpu none of it";
        }
        return "--device cpu needs none of it";
    }
}
