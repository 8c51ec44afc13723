using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>What queries and keys are rotated with.</summary>
/// <param name="Cosines">[positions, half], every scaling in it.</param>
/// <param name="Sines">[positions, half].</param>
/// <param name="HalfDim">Pairs of a head.</param>
internal sealed record GpuRotary(GpuBuffer Cosines, GpuBuffer Sines, int HalfDim)
{
    public static GpuRotary Upload(GpuRuntime runtime, RotaryEmbedding rotary, int positions)
    {
        using var table = new RotaryTable(rotary, positions);
        return new GpuRotary(runtime.Upload(table.Cosines), runtime.Upload(table.Sines), rotary.InverseFrequencies.Length);
    }
}
