using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What this backend cannot run yet. Refused by name, never run wrong.</summary>
internal static class GpuSupport
{
    /// <exception cref="CheckpointException">The model has, or is asked for with, something that the GPU backend lacks.</exception>
    public static void Check(Checkpoint checkpoint, WeightPrecision precision, GpuDevice device)
    {
        var missing = precision == WeightPrecision.Int8 ? "int8 weights (BF16 and F32 are)" : null;
        if (missing is not null) throw new CheckpointException($"{checkpoint.Directory}: {missing} are not supported on the GPU yet; the CPU runs this model.");
        if (GpuAttention.WhyNot(checkpoint.Config.HeadDim, device) is { } reason)
        {
            throw new CheckpointException($"{checkpoint.Directory}: {reason}; the CPU runs this model.");
        }
    }
}
