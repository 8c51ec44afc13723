using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What this backend cannot run. Refused by name, never run wrong.</summary>
internal static class GpuSupport
{
    /// <exception cref="CheckpointException">The model has something that the device has no room for.</exception>
    public static void Check(Checkpoint checkpoint, GpuDevice device)
    {
        if (GpuAttention.WhyNot(checkpoint.Config.HeadDim, device) is { } reason)
        {
            throw new CheckpointException($"{checkpoint.Directory}: {reason}; the CPU runs this model.");
        }
    }
}
