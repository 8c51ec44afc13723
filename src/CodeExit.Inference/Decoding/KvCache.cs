namespace CodeExit.Inference.Decoding;

/// <summary>
/// Keys and values of one token sequence, preallocated. This part knows how far each layer is filled: layers differ once tokens have
/// left early. Where and how the numbers are kept is the backend's.
/// </summary>
public abstract class KvCache : IDisposable
{
    private readonly int[] _filled;

    protected KvCache(int layerCount, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layerCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _filled = new int[layerCount];
        Capacity = capacity;
    }

    /// <summary>Most positions it holds.</summary>
    public int Capacity { get; }

    /// <summary>Positions 0 … n − 1 of this layer (0-based) are there.</summary>
    public int Filled(int layer) => _filled[layer];

    /// <summary>Forgets every position from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        for (var layer = 0; layer < _filled.Length; layer++) _filled[layer] = Math.Min(_filled[layer], length);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// To be called by a backend before it writes positions <paramref name="start"/> … start + count − 1 of layers [from, to).
    /// What lay beyond in these layers is gone.
    /// </summary>
    /// <exception cref="InvalidOperationException">There would be a gap, or no room.</exception>
    protected internal void Extend(int from, int to, int start, int count)
    {
        if (start + count > Capacity)
        {
            throw new InvalidOperationException($"Positions {start} to {start + count - 1} do not fit a KV cache of {Capacity} positions.");
        }
        for (var layer = from; layer < to; layer++)
        {
            if (_filled[layer] < start)
            {
                throw new InvalidOperationException(
                    $"Layer {layer + 1} holds {_filled[layer]} positions; position {start} can be run only once all before it are filled.");
            }
        }
        for (var layer = from; layer < to; layer++) _filled[layer] = start + count;
    }

    /// <summary>After an aborted run: layers [from, to) hold nothing from <paramref name="start"/> on.</summary>
    protected internal void Abandon(int from, int to, int start)
    {
        for (var layer = from; layer < to; layer++) _filled[layer] = Math.Min(_filled[layer], start);
    }

    protected abstract void Dispose(bool disposing);
}
