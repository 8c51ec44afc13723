namespace CodeExit.LanguageServer.Ignore;

/// <summary>The patterns of one ignore file; the last that matches decides.</summary>
/// <param name="Name">For people: its path, or what it is.</param>
/// <param name="Folder">What its patterns are relative to: an absolute path with slashes and without one at its end.</param>
internal sealed record IgnoreFile(string Name, string Folder, IReadOnlyList<IgnorePattern> Patterns)
{
    public static IgnoreFile Parse(string name, string folder, string text)
    {
        var patterns = new List<IgnorePattern>();
        string[] lines = text.TrimStart('\uFEFF').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
            if (IgnorePattern.Parse(line, i + 1) is { } pattern) patterns.Add(pattern);
        }
        return new IgnoreFile(name, folder, patterns);
    }

    /// <param name="path">Absolute, with slashes, below <see cref="Folder"/>.</param>
    public IgnorePattern? Match(string path, bool isFolder)
    {
        string relative = path[(Folder.Length + 1)..];
        return Patterns.LastOrDefault(pattern => pattern.Matches(relative, isFolder));
    }
}
