namespace CodeExit.Evaluation.Machine;

/// <summary>What the device that runs the model can do at best.</summary>
/// <param name="Threads">All of the processor's; null for another device.</param>
/// <param name="LastLevelCacheBytes">Of the processor; null for another device.</param>
/// <param name="ReadBandwidth">Bytes per second read from the processor's memory; null for another device.</param>
/// <param name="CopyBandwidth">Bytes per second read plus written by a copy within the device's memory.</param>
/// <param name="FmaPeak">F32 operations per second in fused multiply-adds, each counted as two.</param>
public sealed record MachineCapability(int? Threads, long? LastLevelCacheBytes, double? ReadBandwidth, double CopyBandwidth, double FmaPeak)
{
    /// <summary>Null where no kernels are launched.</summary>
    public LaunchCost? Launch { get; init; }

    /// <summary>What decode is held against: reading where that is known by itself, else copying.</summary>
    public double Bandwidth => ReadBandwidth ?? CopyBandwidth;

    /// <summary>The middle of several measurements, each figure by itself.</summary>
    public static MachineCapability Median(IReadOnlyList<MachineCapability> several) => several[0] with
    {
        ReadBandwidth = several[0].ReadBandwidth is null ? null : Statistics.Median(several.Select(one => one.ReadBandwidth!.Value)),
        CopyBandwidth = Statistics.Median(several.Select(one => one.CopyBandwidth)),
        FmaPeak = Statistics.Median(several.Select(one => one.FmaPeak)),
        Launch = several[0].Launch is null ? null : new LaunchCost(
            Statistics.Median(several.Select(one => one.Launch!.Queued)), Statistics.Median(several.Select(one => one.Launch!.Waited))),
    };
}

/// <summary>Seconds that an empty kernel takes.</summary>
/// <param name="Queued">Of many launched one after the other.</param>
/// <param name="Waited">Launched, and waited for.</param>
public sealed record LaunchCost(double Queued, double Waited);
