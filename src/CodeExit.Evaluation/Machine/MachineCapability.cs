namespace CodeExit.Evaluation.Machine;

/// <summary>What this machine can do at best, measured with all its threads.</summary>
/// <param name="ReadBandwidth">Bytes per second read from memory.</param>
/// <param name="CopyBandwidth">Bytes per second read plus written by a copy.</param>
/// <param name="FmaPeak">F32 operations per second in fused multiply-adds, each counted as two.</param>
public sealed record MachineCapability(int Threads, long LastLevelCacheBytes, double ReadBandwidth, double CopyBandwidth, double FmaPeak)
{
    /// <summary>The middle of several measurements, each figure by itself.</summary>
    public static MachineCapability Median(IReadOnlyList<MachineCapability> several) => several[0] with
    {
        ReadBandwidth = Statistics.Median(several.Select(one => one.ReadBandwidth)),
        CopyBandwidth = Statistics.Median(several.Select(one => one.CopyBandwidth)),
        FmaPeak = Statistics.Median(several.Select(one => one.FmaPeak)),
    };

    /// <summary>Measures now; takes about a second.</summary>
    public static MachineCapability Measure()
    {
        var threads = Environment.ProcessorCount;
        var cache = LastLevelCache.Bytes();
        // Eight times the cache: what is left over from the round before is a small share of the round.
        var bytes = (nuint)Math.Clamp(8 * cache, 256L << 20, 1L << 30);
        return new MachineCapability(threads, cache, BandwidthProbe.Read(threads, bytes), BandwidthProbe.Copy(threads, bytes), FmaProbe.Peak(threads));
    }
}
