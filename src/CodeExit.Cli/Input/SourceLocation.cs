namespace CodeExit.Cli.Input;

/// <summary>A place as editors write it: <c>FILE:LINE[:COLUMN]</c>, both 1-based, the column in UTF-16 units; without one, the end of the line.</summary>
internal sealed record SourceLocation(string File, int Line, int? Column)
{
    /// <summary>
    /// Reads the numbers from the right, so that drive letters and colons in file names survive. <c>a:5:7</c> is line 5 column 7 of
    /// "a", unless only a file "a:5" exists.
    /// </summary>
    /// <exception cref="UsageException">No line number.</exception>
    public static SourceLocation Parse(string text, Func<string, bool> fileExists)
    {
        var (rest, last) = SplitNumber(text);
        if (last is null || rest.Length == 0)
        {
            throw new UsageException($"'{text}' names no line: write FILE:LINE or FILE:LINE:COLUMN, for example main.py:12:5");
        }
        var (file, line) = SplitNumber(rest);
        if (line is null || file.Length == 0 || (!fileExists(file) && fileExists(rest)))
        {
            return new SourceLocation(rest, last.Value, null);
        }
        return new SourceLocation(file, line.Value, last.Value);
    }

    /// <summary>"name:12" to ("name", 12); (text, null) where no number follows the last colon.</summary>
    private static (string Before, int? Number) SplitNumber(string text)
    {
        var colon = text.LastIndexOf(':');
        var digits = text.AsSpan(colon + 1);
        if (colon < 0 || digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9')) return (text, null);
        // A number beyond int is a place beyond any file: let the range check speak.
        return (text[..colon], int.TryParse(digits, out var number) ? number : int.MaxValue);
    }
}
