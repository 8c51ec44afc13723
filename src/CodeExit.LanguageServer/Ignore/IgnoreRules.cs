namespace CodeExit.LanguageServer.Ignore;

/// <summary>The pattern that decided on a path.</summary>
internal sealed record IgnoreMatch(IgnoreFile File, IgnorePattern Pattern)
{
    public bool Ignores => !Pattern.TakesBack;

    public override string ToString() => $"{File.Name}, line {Pattern.Number}: {Pattern.Line}";
}

/// <summary>
/// Git's order of precedence: a file nearer to the path goes before one further up, a later line before an earlier one, and below an ignored
/// folder nothing is taken back.
/// </summary>
internal static class IgnoreRules
{
    /// <param name="path">Absolute, with slashes.</param>
    /// <param name="top">The uppermost folder whose files count; without a slash at its end.</param>
    /// <param name="first">Those that every other goes before.</param>
    /// <param name="filesIn">The ignore files in a folder.</param>
    /// <param name="ofFolder">Whether the path is a folder's, and not a file's.</param>
    /// <returns>Null where nothing matches.</returns>
    public static IgnoreMatch? Match(string path, string top, IEnumerable<IgnoreFile> first, Func<string, IgnoreFile?> filesIn, bool ofFolder = false)
    {
        List<IgnoreFile> files = [.. first];
        for (int end = top.Length; end < path.Length;)
        {
            if (filesIn(path[..end]) is { } file) files.Add(file);
            int next = path.IndexOf('/', end + 1);
            end = next < 0 ? path.Length : next;
            bool isFolder = next >= 0 || ofFolder;
            IgnoreMatch? match = LastMatch(files, path[..end], isFolder);
            if (match is not null && (!isFolder || match.Ignores)) return match;
        }
        return null;
    }

    private static IgnoreMatch? LastMatch(List<IgnoreFile> files, string path, bool isFolder)
    {
        for (int i = files.Count - 1; i >= 0; i--)
        {
            if (files[i].Match(path, isFolder) is { } pattern) return new IgnoreMatch(files[i], pattern);
        }
        return null;
    }
}
