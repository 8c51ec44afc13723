using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>Rows <paramref name="First"/> … First + <paramref name="Count"/> − 1 of a buffer of F32, [rows, <paramref name="Stride"/>]. Padding holds zeros.</summary>
internal readonly record struct GpuRows(GpuBuffer Buffer, int Stride, int First, int Count)
{
    /// <summary>UNIT of the sources: columns that products take at a time.</summary>
    public const int Multiple = 16;

    /// <summary>Zeros, in a buffer of their own.</summary>
    /// <exception cref="GpuException">The device has no such buffer.</exception>
    public static GpuRows Allocate(GpuRuntime runtime, int rows, int columns)
    {
        var stride = Pad(columns);
        return new GpuRows(runtime.Allocate((long)rows * stride * sizeof(float)), stride, 0, rows);
    }

    /// <summary>Next multiple of <see cref="Multiple"/>.</summary>
    public static int Pad(int columns) => (columns + Multiple - 1) / Multiple * Multiple;
}
