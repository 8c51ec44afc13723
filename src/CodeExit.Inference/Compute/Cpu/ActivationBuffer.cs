using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Preallocated <see cref="Activations"/>. Rows are padded with zeros to 64 columns.</summary>
internal sealed unsafe class ActivationBuffer : IDisposable
{
    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<short>? _quantized;
    private readonly AlignedBuffer<float>? _scales;

    public ActivationBuffer(WeightPrecision precision, int rows, int columns)
    {
        Stride = (columns + PackedMatrix.GroupColumns - 1) / PackedMatrix.GroupColumns * PackedMatrix.GroupColumns;
        _values = new AlignedBuffer<float>((long)rows * Stride);
        if (precision != WeightPrecision.Int8) return;
        _quantized = new AlignedBuffer<short>((long)rows * Stride);
        _scales = new AlignedBuffer<float>((long)rows * Stride / PackedMatrix.GroupColumns);
    }

    public int Stride { get; }

    public Activations Rows(int count) => new()
    {
        Values = _values.Pointer,
        Quantized = _quantized is null ? null : _quantized.Pointer,
        Scales = _scales is null ? null : _scales.Pointer,
        Stride = Stride,
        Rows = count,
    };

    public void Dispose()
    {
        _values.Dispose();
        _quantized?.Dispose();
        _scales?.Dispose();
    }
}
