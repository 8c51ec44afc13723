using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>[positions, Stride] F32; rows are padded with zeros to 16.</summary>
internal sealed unsafe class CpuHiddenStates(int capacity, int hiddenSize) : HiddenStates(capacity)
{
    private readonly AlignedBuffer<float> _rows = new((long)capacity * VectorMath.Pad(hiddenSize));

    public int Stride { get; } = VectorMath.Pad(hiddenSize);

    /// <summary>Row of the window.</summary>
    public float* Row(int row) => _rows.Pointer + (long)(Start + row) * Stride;

    /// <summary>Row of the window, [hidden size].</summary>
    public Span<float> Values(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return new Span<float>(Row(row), hiddenSize);
    }

    public override void CopyRow(int row, Span<float> destination) => Values(row).CopyTo(destination);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rows.Dispose();
    }
}
