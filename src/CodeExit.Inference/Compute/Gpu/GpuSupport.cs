using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What this backend cannot run yet. Refused by name, never run wrong.</summary>
internal static class GpuSupport
{
    /// <exception cref="CheckpointException">The model has something that the GPU backend lacks.</exception>
    public static void Check(Checkpoint checkpoint)
    {
        var config = checkpoint.Config;
        var missing =
            !config.NormBeforeBlock ? "norms behind each half of a block (do_layer_norm_before false)"
            : config.EmbeddingSize != config.HiddenSize ? "embeddings narrower than the hidden state (word_embed_proj_dim)"
            : config.HeadDim > GpuKernels.MaxHeadDim ? $"heads wider than {GpuKernels.MaxHeadDim} ({config.HeadDim})"
            : config.Learned.Heads.Count > 0 && checkpoint.Tensors.FinalNorm is null ? "learned exit heads of a model without final norm"
            : null;
        if (missing is not null) throw new CheckpointException($"{checkpoint.Directory}: {missing} are not supported on the GPU yet; the CPU runs this model.");
    }
}
