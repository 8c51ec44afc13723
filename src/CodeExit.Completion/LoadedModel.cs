using CodeExit.Completion.Calibration;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Completion;

/// <summary>A model in memory, ready to complete. Owns the generator.</summary>
/// <param name="Name">As results and status name it.</param>
public sealed record LoadedModel(string Name, IGenerator Generator, ITokenizer Tokenizer) : IDisposable
{
    /// <summary>What it was calibrated for.</summary>
    public CalibratedModes Modes { get; init; } = CalibratedModes.None;

    /// <summary>The OpenCL device that it is on; null for the CPU backend.</summary>
    public GpuDevice? Gpu { get; init; }

    public void Dispose() => Generator.Dispose();
}
