namespace CodeExit.Completion.Stopping;

/// <summary>
/// The brackets that a text has opened and not closed. Brackets in strings and comments count too: telling them apart needs a parser for
/// each language, and a wrong guess costs a line more or less of a suggestion.
/// </summary>
internal sealed class OpenBrackets
{
    private readonly List<char> _closers = [];

    public bool Any => _closers.Count > 0;

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text) Add(character);
    }

    public void Add(char character)
    {
        var closer = character switch { '(' => ')', '[' => ']', '{' => '}', _ => '\0' };
        if (closer != '\0')
        {
            _closers.Add(closer);
            return;
        }
        var open = _closers.LastIndexOf(character);
        if (open >= 0) _closers.RemoveRange(open, _closers.Count - open);
    }

    /// <summary>True where <paramref name="character"/> closes one of them.</summary>
    public bool Closes(char character) => _closers.Contains(character);

    public static bool IsCloser(char character) => character is ')' or ']' or '}';
}
