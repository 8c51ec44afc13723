namespace CodeExit.Completion.Prompts;

/// <summary>
/// What a text says of a cursor's place before any model has read it, as numbers from 0 to 1 for a learned policy: language, where in the
/// line, whether inside a string or a comment, and what was typed last. Reads the cursor's line and no more.
/// </summary>
public static class PlaceFeatures
{
    private const float LongLine = 80, DeepIndentation = 40;

    private static readonly string[] Languages = ["python", "java", "javascript", "typescript"];

    // What stands before the cursor, from the most telling on; the first that holds counts.
    private static readonly Func<char, bool>[] Triggers =
    [
        static c => c is '.',
        static c => c is '(' or '[' or '{',
        static c => c is ',',
        static c => c is '=' or '+' or '-' or '*' or '/' or '<' or '>' or '%' or '&' or '|' or '!',
        static c => c is ':' or ';',
        static c => c is '"' or '\'',
        static c => c is ' ' or '\t',
        static c => char.IsLetterOrDigit(c) || c is '_',
    ];

    /// <summary>Numbers that <see cref="Of"/> gives.</summary>
    public static int Count { get; } = Languages.Length + 1 + 6 + Triggers.Length;

    /// <param name="offset">The cursor, in UTF-16 units.</param>
    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    public static float[] Of(string text, int offset, string? languageId)
    {
        var line = text.AsSpan(0, offset);
        line = line[(line.LastIndexOf('\n') + 1)..];
        var rest = text.AsSpan(offset);
        if (rest.IndexOf('\n') is >= 0 and var end) rest = rest[..end];
        var indentation = line.Length - line.TrimStart().Length;
        var (inString, inComment) = Scan(line, languageId == "python");

        var features = new float[Count];
        var language = Array.IndexOf(Languages, languageId is "javascriptreact" or "typescriptreact" ? languageId[..^5] : languageId);
        features[language < 0 ? Languages.Length : language] = 1;
        var at = Languages.Length + 1;
        features[at++] = MathF.Min(1, line.Length / LongLine);
        features[at++] = MathF.Min(1, indentation / DeepIndentation);
        features[at++] = indentation == line.Length ? 1 : 0;
        features[at++] = rest.IsWhiteSpace() ? 0 : 1;
        features[at++] = inString ? 1 : 0;
        features[at++] = inComment ? 1 : 0;
        var trigger = line.IsEmpty ? -1 : Array.FindIndex(Triggers, holds => holds(text[offset - 1]));
        if (trigger >= 0) features[at + trigger] = 1;
        return features;
    }

    /// <summary>Whether the end of a line is inside a string, or a comment, that began on it.</summary>
    private static (bool InString, bool InComment) Scan(ReadOnlySpan<char> line, bool hashComments)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote != '\0')
            {
                if (c == '\\') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'' or '`') quote = c;
            else if (hashComments ? c == '#' : c == '/' && i + 1 < line.Length && line[i + 1] == '/') return (false, true);
        }
        return (quote != '\0', false);
    }
}
