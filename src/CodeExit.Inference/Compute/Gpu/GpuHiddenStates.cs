using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>[positions, padded hidden size] F32 on the device.</summary>
internal sealed class GpuHiddenStates(GpuRuntime runtime, int capacity, int hiddenSize) : HiddenStates(capacity)
{
    private readonly GpuRows _rows = GpuRows.Allocate(runtime, Math.Max(1, capacity), hiddenSize);

    /// <summary>Rows of the window.</summary>
    public GpuRows Rows(int first, int count) => _rows with { First = Start + first, Count = count };

    public override void CopyRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, hiddenSize, nameof(destination));
        runtime.Read(_rows.Buffer, (long)(Start + row) * _rows.Stride, destination[..hiddenSize]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rows.Buffer.Dispose();
    }
}
