namespace CodeExit.Completion.Stopping;

/// <summary>
/// A suggestion while it is being written. It is kept together with the text before it on the cursor's line, so that its first line reads
/// and compares like any other. All indices count from the start of that line.
/// </summary>
internal sealed class SuggestionText
{
    private char[] _characters;

    public SuggestionText(string linePrefix)
    {
        _characters = new char[linePrefix.Length + 256];
        linePrefix.CopyTo(_characters);
        Origin = Length = linePrefix.Length;
    }

    /// <summary>Where the suggestion begins.</summary>
    public int Origin { get; }

    public int Length { get; private set; }

    /// <summary>Where the line being written begins. A terminator belongs to the line that it ends.</summary>
    public int LineStart { get; private set; }

    /// <summary>0 on the cursor's line.</summary>
    public int LineNumber { get; private set; }

    public ReadOnlySpan<char> All => _characters.AsSpan(0, Length);

    public ReadOnlySpan<char> Line => All[LineStart..];

    public char Last => Length > Origin ? _characters[Length - 1] : '\0';

    public void Append(char character)
    {
        if (Last == '\n')
        {
            LineStart = Length;
            LineNumber++;
        }
        if (Length == _characters.Length) Array.Resize(ref _characters, 2 * Length);
        _characters[Length++] = character;
    }

    /// <summary>True where the suggestion says anything before <paramref name="end"/>.</summary>
    public bool HasContent(int end) => end > Origin && !All[Origin..end].IsWhiteSpace();

    /// <summary>The end of what is not white space before <paramref name="end"/>.</summary>
    public int ContentEnd(int end) => All[..end].TrimEnd().Length;
}
