using System.Text.RegularExpressions;

namespace CodeExit.LanguageServer.Ignore;

/// <summary>One line of an ignore file, as gitignore(5) has it.</summary>
internal sealed class IgnorePattern
{
    private static readonly bool IgnoreCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
    private static readonly StringComparison Comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string _pattern;
    private readonly bool _foldersOnly, _anyFolder;
    private readonly Lazy<Regex?>? _glob; // null where the pattern is a plain name, or a star and a plain end

    private IgnorePattern(string line, int number, string pattern, bool takesBack)
    {
        (Line, Number, TakesBack) = (line, number, takesBack);
        _foldersOnly = pattern.EndsWith('/');
        if (_foldersOnly) pattern = pattern[..^1];
        _anyFolder = !pattern.Contains('/');
        _pattern = pattern.StartsWith('/') ? pattern[1..] : pattern;
        var plain = _pattern.AsSpan(_anyFolder && _pattern.StartsWith('*') ? 1 : 0).IndexOfAny("*?[\\") < 0;
        if (!plain) _glob = new Lazy<Regex?>(() => Glob.Compile(_pattern, IgnoreCase));
    }

    /// <summary>As it is written.</summary>
    public string Line { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Begins with an exclamation mark: what it matches is not ignored after all.</summary>
    public bool TakesBack { get; }

    /// <returns>Null for blank lines and comments.</returns>
    public static IgnorePattern? Parse(string line, int number)
    {
        if (line.StartsWith('#')) return null;
        var trimmed = WithoutTrailingSpaces(line);
        var takesBack = trimmed.StartsWith('!');
        var pattern = takesBack ? trimmed[1..] : trimmed;
        return pattern.Length == 0 ? null : new IgnorePattern(trimmed, number, pattern, takesBack);
    }

    /// <param name="path">From the folder of the ignore file, with slashes.</param>
    public bool Matches(string path, bool isFolder)
    {
        if (_foldersOnly && !isFolder) return false;
        var name = _anyFolder ? path[(path.LastIndexOf('/') + 1)..] : path;
        if (_glob is not null) return _glob.Value?.IsMatch(name) == true;
        return _anyFolder && _pattern.StartsWith('*') ? name.EndsWith(_pattern[1..], Comparison) : name.Equals(_pattern, Comparison);
    }

    /// <summary>Spaces at the end count only behind a backslash.</summary>
    private static string WithoutTrailingSpaces(string line)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] == ' ')
        {
            var backslashes = 0;
            while (end - 2 - backslashes >= 0 && line[end - 2 - backslashes] == '\\') backslashes++;
            if (backslashes % 2 == 1) break;
            end--;
        }
        return line[..end];
    }
}
