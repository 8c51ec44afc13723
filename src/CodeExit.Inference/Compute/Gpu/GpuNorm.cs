using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>RMS or layer norm on the device. A norm without weights has ones and zeros.</summary>
internal sealed class GpuNorm
{
    /// <param name="weight">[hidden], in place of the tensors' own.</param>
    public GpuNorm(GpuRuntime runtime, NormTensors tensors, ModelConfig config, float[]? weight = null)
    {
        var length = GpuRows.Pad(config.HiddenSize);
        var (weights, biases) = (new float[length], new float[length]);
        (weight ?? tensors.Weight?.ToArray() ?? [.. Enumerable.Repeat(1f, config.HiddenSize)]).CopyTo(weights, 0);
        tensors.Bias?.ToArray().CopyTo(biases, 0);
        Weight = runtime.Upload<float>(weights);
        Bias = runtime.Upload<float>(biases);
        Epsilon = config.NormEpsilon;
        IsCentred = config.Norm == NormKind.Layer;
    }

    public GpuBuffer Weight { get; }

    public GpuBuffer Bias { get; }

    public float Epsilon { get; }

    /// <summary>Whether the mean is taken out: layer norm.</summary>
    public bool IsCentred { get; }
}
