using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What a model takes on a device, bytes. What the driver takes for itself is not in it.</summary>
/// <param name="Model">Weights, and what a pass needs.</param>
/// <param name="Cache">Keys, values and states of a whole context, and what is read out of them.</param>
/// <param name="LargestBuffer">The largest part that must lie in one piece: a matrix, as a rule the LM head.</param>
public sealed record GpuMemory(long Model, long Cache, long LargestBuffer)
{
    public long Total => Model + Cache;

    /// <summary>Counts by building the model on paper: no weight is read, no device opened, and no formula can be out of date.</summary>
    /// <param name="contextLength">Positions of a sequence.</param>
    /// <exception cref="CheckpointException">The backend cannot run this model.</exception>
    public static GpuMemory Of(Checkpoint checkpoint, WeightPrecision precision, int contextLength, GpuDevice device)
    {
        var runtime = GpuRuntime.OnPaper(device);
        // Neither is disposed: they hold nothing, and the checkpoint is the caller's.
        var model = new GpuDecoderModel(checkpoint, precision, contextLength, device, _ => runtime);
        var taken = runtime.AllocatedBytes;
        _ = new Generator(model);
        return new GpuMemory(taken, runtime.AllocatedBytes - taken, runtime.LargestBytes);
    }
}
