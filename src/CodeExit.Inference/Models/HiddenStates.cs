namespace CodeExit.Inference.Models;

/// <summary>
/// Hidden states of the positions 0 … <see cref="Capacity"/> − 1 of a sequence, each after the layers that it has run so far. Work is done
/// on a window of consecutive positions. They live where the weights live; only the backend that made them reads the numbers.
/// </summary>
public abstract class HiddenStates : IDisposable
{
    protected HiddenStates(int capacity) => Capacity = capacity;

    /// <summary>Positions it has room for.</summary>
    public int Capacity { get; }

    /// <summary>The window's first position.</summary>
    public int Start { get; private set; }

    /// <summary>Positions in the window.</summary>
    public int Count { get; private set; }

    /// <summary>Moves the window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It would be empty, or reach beyond the capacity.</exception>
    public void Select(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity - start);
        Start = start;
        Count = count;
    }

    /// <summary>Copies a row of the window out, F32, [hidden size].</summary>
    public abstract void CopyRow(int row, Span<float> destination);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
