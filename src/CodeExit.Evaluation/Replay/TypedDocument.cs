namespace CodeExit.Evaluation.Replay;

/// <summary>A file while its missing lines are typed.</summary>
internal sealed class TypedDocument(TypingSession session)
{
    private readonly int _end = session.Start + session.Length;
    private int _key;
    private int _keyStart = session.Start;

    public string? LanguageId => session.LanguageId;

    /// <summary>In UTF-16 units.</summary>
    public int Cursor { get; private set; } = session.Start;

    public bool IsComplete => Cursor == _end;

    /// <summary>The document as the editor has it.</summary>
    public string Text => string.Concat(session.Text.AsSpan(0, Cursor), session.Text.AsSpan(_end));

    /// <summary>What the typist is still going to write.</summary>
    public ReadOnlySpan<char> Rest => session.Text.AsSpan(Cursor, _end - Cursor);

    /// <summary>The next key; of one that an accepted suggestion has written in part, what is left.</summary>
    public Keystroke Next => session.Keys[_key] with { Text = session.Text[Cursor..(_keyStart + session.Keys[_key].Text.Length)] };

    public void Write(int characters)
    {
        Cursor += characters;
        while (_key < session.Keys.Count && _keyStart + session.Keys[_key].Text.Length <= Cursor) _keyStart += session.Keys[_key++].Text.Length;
    }
}
