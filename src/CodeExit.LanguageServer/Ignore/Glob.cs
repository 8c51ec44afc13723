using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CodeExit.LanguageServer.Ignore;

/// <summary>
/// Git's wildmatch as a regular expression: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> between slashes crosses folders. Made
/// without backtracking, so that no pattern can make it slow.
/// </summary>
internal static class Glob
{
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = "a-zA-Z0-9",
        ["alpha"] = "a-zA-Z",
        ["blank"] = @" \t",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = @"\x21-\x7E",
        ["lower"] = "a-z",
        ["print"] = @"\x20-\x7E",
        ["punct"] = @"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
        ["space"] = @" \t-\r",
        ["upper"] = "A-Z",
        ["xdigit"] = "0-9a-fA-F",
    };

    /// <returns>Null where the pattern is malformed: it matches nothing, as in Git.</returns>
    public static Regex? Compile(string pattern, bool ignoreCase)
    {
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    i = Stars(pattern, i, regex);
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    if (Class(pattern, ref i) is not { } members) return null;
                    regex.Append(members);
                    break;
                case '\\':
                    if (++i == pattern.Length) return null;
                    goto default;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;
        return new Regex(regex.Append(@"\z").ToString(), ignoreCase ? options | RegexOptions.IgnoreCase : options);
    }

    /// <returns>Index of the last character that was read.</returns>
    private static int Stars(string pattern, int start, StringBuilder regex)
    {
        var end = start;
        while (end < pattern.Length && pattern[end] == '*') end++;
        var wholeFolders = end - start > 1 && (start == 0 || pattern[start - 1] == '/') && (end == pattern.Length || pattern[end] == '/');
        if (!wholeFolders) regex.Append("[^/]*");
        else if (end == pattern.Length) regex.Append(".*");
        else
        {
            regex.Append("(?:.*/)?");
            return end; // its slash is in it
        }
        return end - 1;
    }

    /// <param name="at">Of the opening bracket; of the closing one afterwards.</param>
    private static string? Class(string pattern, ref int at)
    {
        var i = at + 1;
        var negated = i < pattern.Length && pattern[i] is '!' or '^';
        if (negated) i++;
        var members = new StringBuilder();
        char? previous = null;
        for (var first = true; ; first = false, i++)
        {
            if (i >= pattern.Length) return null;
            var character = pattern[i];
            if (character == ']' && !first) break;
            if (character == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':' && pattern.IndexOf(']', i + 2) is > 0 and var end && pattern[end - 1] == ':')
            {
                if (end - 1 < i + 2 || !Classes.TryGetValue(pattern[(i + 2)..(end - 1)], out var known)) return null;
                members.Append(known);
                (i, previous) = (end, null);
                continue;
            }
            if (character == '-' && previous is { } low && i + 1 < pattern.Length && pattern[i + 1] != ']')
            {
                if (pattern[++i] == '\\' && ++i == pattern.Length) return null;
                if (low <= pattern[i]) members.Append(Code(low)).Append('-').Append(Code(pattern[i]));
                previous = null;
                continue;
            }
            if (character == '\\' && ++i == pattern.Length) return null;
            members.Append(Code(pattern[i]));
            previous = pattern[i];
        }
        at = i;
        if (negated) return $"[^/{members}]";
        return members.Length == 0 ? "[^\\s\\S]" : $"[{members}-[/]]";
    }

    private static string Code(char character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
}
