using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Weights of one block. Projections of the same input are one matrix each, so that they are one launch.</summary>
internal sealed class GpuLayer(GpuRuntime runtime, LayerTensors tensors, ModelConfig config, WeightPrecision precision)
{
    public GpuNorm AttentionNorm { get; } = new(runtime, tensors.AttentionNorm, config);

    /// <summary>Queries, keys, values.</summary>
    public GpuLinear Projections { get; } = new(
        runtime, precision, LinearRows.Heads(tensors.Query, tensors.Key, tensors.Value, config.HeadDim, config.Rotary?.InverseFrequencies.Length ?? 0));

    public GpuLinear Output { get; } = new(runtime, precision, byTurns: false, tensors.Output);

    public GpuNorm MlpNorm { get; } = new(runtime, tensors.MlpNorm, config);

    public bool IsGated { get; } = tensors.Gate is not null;

    /// <summary>Gate and up by turns, or up alone.</summary>
    public GpuLinear FeedForward { get; } = tensors.Gate is { } gate
        ? new(runtime, precision, byTurns: true, gate, tensors.Up)
        : new(runtime, precision, byTurns: false, tensors.Up);

    public GpuLinear Down { get; } = new(runtime, precision, byTurns: false, tensors.Down);

    public long Bytes => Projections.Bytes + Output.Bytes + FeedForward.Bytes + Down.Bytes;
}
