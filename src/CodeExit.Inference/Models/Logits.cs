using CodeExit.Inference.EarlyExit;

namespace CodeExit.Inference.Models;

/// <summary>
/// Rows of logits, [rows, vocabulary], F32, where the model lives. What decoding wants to know of them is asked here, so that on a device
/// of its own the answer crosses the bus and the logits do not. <see cref="DecoderModel.ReadOut(HiddenStates, int, int, int, Logits)"/>
/// fills them, from row 0 on.
/// </summary>
public abstract class Logits : IDisposable
{
    protected Logits(int rows, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (Rows, VocabularySize) = (rows, vocabularySize);
    }

    /// <summary>Rows that it has room for.</summary>
    public int Rows { get; }

    public int VocabularySize { get; }

    /// <summary>Rows that the last read-out filled: those that can be asked about.</summary>
    public int Count { get; private set; }

    /// <summary>Token of the largest logit; the first of equals.</summary>
    public abstract int Largest(int row);

    /// <summary>How sure the row is.</summary>
    public abstract Certainty Certainty(int row);

    /// <summary>Copies a row out, [vocabulary]. For whoever wants to look at all of it; decoding does not.</summary>
    public abstract void CopyRow(int row, Span<float> destination);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>To be called by a backend that fills rows 0 … count − 1.</summary>
    internal virtual void Fill(int count) => Count = count;

    /// <summary>What every backend refuses.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No read-out left anything there.</exception>
    protected void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
}
