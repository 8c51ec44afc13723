namespace CodeExit.Completion.Stopping;

/// <summary>The brackets that a text has opened and not closed. What stands in strings and comments is for the caller to leave out.</summary>
internal sealed class OpenBrackets
{
    private readonly List<char> _closers = [];

    public bool Any => _closers.Count > 0;

    /// <summary>What closes the bracket opened last; NUL where none is open.</summary>
    public char Innermost => Any ? _closers[^1] : '\0';

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text) Add(character);
    }

    public void Add(char character)
    {
        if (CloserOf(character) is { } closer)
        {
            _closers.Add(closer);
            return;
        }
        var open = _closers.LastIndexOf(character);
        if (open >= 0) _closers.RemoveRange(open, _closers.Count - open);
    }

    /// <summary>True where <paramref name="character"/> closes one of them.</summary>
    public bool Closes(char character) => _closers.Contains(character);

    /// <summary>What closes all of them, innermost first.</summary>
    public IEnumerable<char> Closers() => Enumerable.Reverse(_closers);

    public static bool IsCloser(char character) => character is ')' or ']' or '}';

    public static char? CloserOf(char character) => character switch { '(' => ')', '[' => ']', '{' => '}', _ => null };
}
