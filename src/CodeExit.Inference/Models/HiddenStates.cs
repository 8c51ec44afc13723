namespace CodeExit.Inference.Models;

/// <summary>
/// Hidden states of consecutive positions, between two layers. They live where the weights live; only the backend that made them reads
/// the numbers.
/// </summary>
public abstract class HiddenStates : IDisposable
{
    protected HiddenStates(int capacity) => Capacity = capacity;

    /// <summary>Most positions it holds.</summary>
    public int Capacity { get; }

    /// <summary>Position of the first row.</summary>
    public int Start { get; private set; }

    /// <summary>Rows in use.</summary>
    public int Count { get; private set; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Copies one row out, F32, [hidden size]: for inspection and learning, not for the decode path.</summary>
    public abstract void CopyRow(int row, Span<float> destination);

    protected internal void SetRange(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        Start = start;
        Count = count;
    }

    protected abstract void Dispose(bool disposing);
}
