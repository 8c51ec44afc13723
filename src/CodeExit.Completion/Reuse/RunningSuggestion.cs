namespace CodeExit.Completion.Reuse;

/// <summary>
/// A suggestion while the worker writes it. A newer request that only types what it says need not stop it: its answer is being written.
/// Safe for many threads.
/// </summary>
/// <param name="request">What it is written for.</param>
/// <param name="stop">Ends the work: what was typed turned out to be something else.</param>
internal sealed class RunningSuggestion(CompletionRequest request, Action stop)
{
    private readonly Lock _lock = new();
    private char[] _text = new char[256];
    private int _length;
    private TypedText? _typed;

    /// <summary>From now on it is written for the newer request, as long as it agrees with what was typed.</summary>
    /// <returns>False where it does not already.</returns>
    public bool TryServe(CompletionRequest newer)
    {
        var typed = TypedText.Between(request, newer);
        lock (_lock)
        {
            if (typed?.Agrees(_text.AsSpan(0, _length)) != true) return false;
            _typed = typed;
            return true;
        }
    }

    /// <param name="soFar">The suggestion, as far as it is written.</param>
    public void Update(ReadOnlySpan<char> soFar)
    {
        bool isWanted;
        lock (_lock)
        {
            if (_text.Length < soFar.Length) _text = new char[2 * soFar.Length];
            soFar.CopyTo(_text);
            _length = soFar.Length;
            isWanted = _typed?.Agrees(soFar) != false;
        }
        if (!isWanted) stop();
    }
}
