using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Compute.Gpu;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli.Devices;

/// <summary>A test of a server whose model is on a made-up card, in the precision that servers take. Skipped, and the reason printed, where that cannot be.</summary>
internal sealed class ResidentFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Unsupported = new(() =>
    {
        using var checkpoint = Checkpoint.Open(RepositoryFiles.Path("models", "default"));
        try
        {
            GpuMemory.Of(checkpoint, WeightPrecision.Int8, 64, TestGpu.Device);
            return null;
        }
        catch (CheckpointException refusal)
        {
            return refusal.Message;
        }
    });

    public ResidentFactAttribute() => Skip = TestGpu.WhyNone ?? StubSkip.Reason ?? Unsupported.Value;
}
