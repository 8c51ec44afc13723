using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>[rows, Stride] F32; the head's kernels write whole blocks of 16 straight into it.</summary>
internal sealed unsafe class CpuLogits(int rows, int vocabularySize) : Logits(rows, vocabularySize)
{
    private readonly AlignedBuffer<float> _rows = new((long)rows * VectorMath.Pad(vocabularySize));

    public int Stride { get; } = VectorMath.Pad(vocabularySize);

    public float* Pointer(int row) => _rows.Pointer + (long)row * Stride;

    /// <summary>[vocabulary].</summary>
    public Span<float> Row(int row)
    {
        CheckRow(row);
        return new Span<float>(Pointer(row), VocabularySize);
    }

    public override int Largest(int row) => LargestLogit.IndexIn(Row(row));

    public override Certainty Certainty(int row) => EarlyExit.Certainty.Of(Row(row));

    public override void CopyRow(int row, Span<float> destination) => Row(row).CopyTo(destination);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rows.Dispose();
    }
}
