using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What this backend cannot run yet. Refused by name, never run wrong.</summary>
internal static class GpuSupport
{
    /// <exception cref="CheckpointException">The model has something that the GPU backend lacks.</exception>
    public static void Check(Checkpoint checkpoint, GpuDevice device)
    {
        if (GpuAttention.WhyNot(checkpoint.Config.HeadDim, device) is { } reason)
        {
            throw new CheckpointException($"{checkpoint.Directory}: {reason}; the CPU runs this model.");
        }
    }
}
