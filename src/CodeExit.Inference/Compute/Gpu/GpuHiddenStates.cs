using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>[positions, padded hidden size] F32 on the device.</summary>
internal sealed class GpuHiddenStates(GpuRuntime runtime, int capacity, int hiddenSize) : HiddenStates(capacity)
{
    private readonly int _stride = GpuRows.Pad(hiddenSize);
    private readonly GpuBuffer _rows = runtime.Allocate((long)Math.Max(1, capacity) * GpuRows.Pad(hiddenSize) * sizeof(float));

    /// <summary>Rows of the window.</summary>
    public GpuRows Rows(int first, int count) => new(_rows, _stride, Start + first, count);

    public override void CopyRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, hiddenSize, nameof(destination));
        runtime.Read(_rows, (long)(Start + row) * _stride, destination[..hiddenSize]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rows.Dispose();
    }
}
