using CodeExit.Inference.Compute.Gpu;

namespace CodeExit.Evaluation.Machine;

/// <summary>Measures the device that runs the model, when asked: a benchmark has it take turns with the model.</summary>
public interface IMachineProbe : IDisposable
{
    /// <summary>For a person: "NVIDIA H100 80GB HBM3"; null for the processor.</summary>
    string? Card { get; }

    /// <summary>Measures now; takes about a second.</summary>
    MachineCapability Measure();
}

/// <summary>The processor, with all its threads.</summary>
public sealed class ProcessorProbe : IMachineProbe
{
    public string? Card => null;

    public MachineCapability Measure()
    {
        var threads = Environment.ProcessorCount;
        var cache = LastLevelCache.Bytes();
        // Eight times the cache: what is left over from the round before is a small share of the round.
        var bytes = (nuint)Math.Clamp(8 * cache, 256L << 20, 1L << 30);
        return new MachineCapability(threads, cache, BandwidthProbe.Read(threads, bytes), BandwidthProbe.Copy(threads, bytes), FmaProbe.Peak(threads));
    }

    public void Dispose() { }
}

/// <summary>A device that kernels are launched on. Takes its memory at the first measurement.</summary>
public sealed class CardProbe(GpuDevice card) : IMachineProbe
{
    private GpuMachineProbe? _probe;

    public string? Card => $"{card.Name}, driver {card.Driver}";

    public MachineCapability Measure()
    {
        var probe = _probe ??= new GpuMachineProbe(card);
        return new MachineCapability(null, null, null, probe.CopyBandwidth(), probe.FmaPeak())
        {
            Launch = new LaunchCost(probe.QueuedLaunch(), probe.WaitedLaunch()),
        };
    }

    public void Dispose() => _probe?.Dispose();
}
