using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Rows <paramref name="First"/> … First + <paramref name="Count"/> − 1 of a buffer of F32, [rows, <paramref name="Stride"/>]. Padding holds zeros.</summary>
internal readonly record struct GpuRows(GpuBuffer Buffer, int Stride, int First, int Count)
{
    /// <summary>Next multiple of 4: what kernels read at a time.</summary>
    public static int Pad(int columns) => (columns + 3) / 4 * 4;
}
