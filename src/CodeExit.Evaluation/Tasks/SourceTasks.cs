namespace CodeExit.Evaluation.Tasks;

/// <summary>
/// Single-line infilling in any folder of code: a random cursor in a random line of a random file; the rest of the line is the truth, and
/// what follows the line is the suffix.
/// </summary>
public static class SourceTasks
{
    /// <summary>Larger files are mostly data.</summary>
    private const int MostBytes = 1 << 20;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".py", ".java", ".js", ".jsx", ".ts", ".tsx", ".cs", ".c", ".h", ".cpp", ".cc", ".hpp", ".go", ".rs", ".rb", ".php", ".kt", ".swift", ".lua",
    };

    /// <summary>The same folder, count and seed give the same tasks.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no source file with a line to complete.</exception>
    public static IReadOnlyList<CompletionTask> Read(string folder, int count, int seed)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder");
        var files = Files(folder);
        if (files.Count == 0) throw new InvalidDataException($"{folder}: holds no source file with a line to complete");
        var random = new Random(seed);
        var tasks = new List<CompletionTask>(count);
        while (tasks.Count < count)
        {
            var (path, text, lines) = files[random.Next(files.Count)];
            var (start, end) = lines[random.Next(lines.Count)];
            var cursor = random.Next(start, end);
            if (char.IsLowSurrogate(text[cursor])) continue;
            tasks.Add(new CompletionTask(Path.GetRelativePath(folder, path), text.Remove(cursor, end - cursor), cursor, text[cursor..end]));
        }
        return tasks;
    }

    private static List<(string Path, string Text, List<(int Start, int End)> Lines)> Files(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden };
        var files = new List<(string, string, List<(int, int)>)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", options).Where(path => Extensions.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length > MostBytes) continue;
            var text = File.ReadAllText(path).ReplaceLineEndings("\n");
            var lines = Lines(text);
            if (lines.Count > 0) files.Add((path, text, lines));
        }
        return files;
    }

    /// <summary>Lines that are not blank, from the end of their indentation to their last visible character.</summary>
    private static List<(int Start, int End)> Lines(string text)
    {
        var lines = new List<(int, int)>();
        for (var start = 0; start < text.Length;)
        {
            var next = text.IndexOf('\n', start);
            var line = text.AsSpan(start, (next < 0 ? text.Length : next) - start);
            if (!line.IsWhiteSpace()) lines.Add((start + line.Length - line.TrimStart().Length, start + line.TrimEnd().Length));
            start = next < 0 ? text.Length : next + 1;
        }
        return lines;
    }
}
