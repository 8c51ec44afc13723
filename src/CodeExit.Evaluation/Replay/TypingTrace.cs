namespace CodeExit.Evaluation.Replay;

/// <summary>What one press of a key writes.</summary>
/// <param name="Text">One character; of a line break, the indentation that the editor puts behind it too.</param>
/// <param name="DelayMs">Since the key before.</param>
public sealed record Keystroke(string Text, double DelayMs);

/// <summary>Some lines of a file, typed where they stand.</summary>
/// <param name="File">For reports.</param>
/// <param name="LanguageId">The editor's name for the language; null where unknown.</param>
/// <param name="Text">The whole file, as it is in the end.</param>
/// <param name="Start">First character that is typed, in UTF-16 units.</param>
public sealed record TypingSession(string File, string? LanguageId, string Text, int Start, IReadOnlyList<Keystroke> Keys)
{
    /// <summary>Characters that are typed.</summary>
    public int Length => Keys.Sum(key => key.Text.Length);
}

/// <summary>A typist's work, so that every setting meets the same.</summary>
public sealed record TypingTrace(int Seed, IReadOnlyList<TypingSession> Sessions)
{
    public int Length => Sessions.Sum(session => session.Length);

    /// <summary>How long typing all of it takes, where nothing is accepted.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Sessions.Sum(session => session.Keys.Sum(key => key.DelayMs)));
}
