namespace CodeExit.Completion.Stopping;

/// <summary>
/// Writes the blanks at the start of a suggestion's lines as the document does, where that loses nothing: a tab as the spaces of a level, the
/// spaces of a level as a tab. What cannot be told exactly stays as the model wrote it; <see cref="IndentationRule"/> then ends the
/// suggestion. For one suggestion.
/// </summary>
internal sealed class IndentationWriter(CursorContext cursor)
{
    // As Indentation counts them: what a tab is worth is not written anywhere.
    private const int SpacesOfTab = 4;

    private readonly char[] _written = new char[16];
    private bool _inIndentation = string.IsNullOrWhiteSpace(cursor.LinePrefix);
    private bool _aligned; // blanks of both kinds on a line: alignment, not levels
    private int _held;

    /// <summary>What <paramref name="character"/> adds to the suggestion: nothing while the spaces of a level are not complete.</summary>
    public ReadOnlySpan<char> Write(char character)
    {
        if (character == '\n')
        {
            (_inIndentation, _aligned, _held) = (true, false, 0); // blanks held back would end a line
            return Written(character, 1);
        }
        if (!_inIndentation) return Written(character, 1);
        if (character == ' ' && cursor.Indentation.Character == '\t' && !_aligned)
        {
            if (++_held < SpacesOfTab) return [];
            _held = 0;
            return Written('\t', 1);
        }
        if (character == '\t' && cursor.Indentation.Width > 0 && !_aligned) return Written(' ', cursor.Indentation.Width);
        _aligned = true;
        _inIndentation = character is ' ' or '\t';
        var held = Written(' ', _held).Length;
        _held = 0;
        _written[held] = character;
        return _written.AsSpan(0, held + 1);
    }

    private ReadOnlySpan<char> Written(char character, int times)
    {
        _written.AsSpan(0, times).Fill(character);
        return _written.AsSpan(0, times);
    }
}
