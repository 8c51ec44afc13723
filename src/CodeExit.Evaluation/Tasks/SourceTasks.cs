using CodeExit.Completion;

namespace CodeExit.Evaluation.Tasks;

/// <summary>
/// Single-line infilling in any folder of code: a random cursor in a random line of a random file; the rest of the line is the truth, and
/// what follows the line is the suffix.
/// </summary>
public static class SourceTasks
{
    /// <summary>The same folder, count and seed give the same tasks.</summary>
    /// <param name="without">Fingerprints of files to leave out: nothing is measured on what was learned from.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no source file with a line to complete.</exception>
    public static IReadOnlyList<CompletionTask> Read(string folder, int count, int seed, IReadOnlySet<string>? without = null)
    {
        var files = Files(folder, without);
        if (files.Count == 0) throw SourceFiles.Nothing(folder, without);
        var random = new Random(seed);
        var tasks = new List<CompletionTask>(count);
        while (tasks.Count < count)
        {
            var (path, text, lines) = files[random.Next(files.Count)];
            if (Task(folder, path, text, lines, random) is { } task) tasks.Add(task);
        }
        return tasks;
    }

    /// <summary>
    /// As <see cref="Read"/>, but of each file one task at most, and none of a file whose text another one has: tasks of one text are not
    /// independent, and what is promised of tasks rests on their being so. In random order, so that any part of them is a sample.
    /// </summary>
    /// <returns>Fewer than <paramref name="count"/> where there are no more files.</returns>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static IReadOnlyList<CompletionTask> ReadOnePerFile(string folder, int count, int seed, IReadOnlySet<string>? without = null)
    {
        var random = new Random(seed);
        var paths = SourceFiles.Paths(folder).ToArray();
        random.Shuffle(paths);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var tasks = new List<CompletionTask>();
        foreach (var path in paths)
        {
            if (tasks.Count == count) break;
            var (text, lines) = Open(path);
            if (lines.Count == 0 || without?.Contains(Fingerprint(text)) == true || !seen.Add(text)) continue;
            CompletionTask? task = null;
            while (task is null) task = Task(folder, path, text, lines, random);
            tasks.Add(task);
        }
        return tasks.Count > 0 ? tasks : throw SourceFiles.Nothing(folder, without);
    }

    /// <returns>Null where the cursor would stand within a character.</returns>
    private static CompletionTask? Task(string folder, string path, string text, List<(int Start, int End)> lines, Random random)
    {
        var (start, end) = lines[random.Next(lines.Count)];
        var cursor = random.Next(start, end);
        return char.IsLowSurrogate(text[cursor])
            ? null
            : new CompletionTask(Path.GetRelativePath(folder, path), text.Remove(cursor, end - cursor), cursor, text[cursor..end])
            {
                LanguageId = LanguageNames.OfFile(path),
                Files = SourceFiles.Neighbours(folder, path),
                Source = Fingerprint(text),
            };
    }

    /// <inheritdoc cref="SourceFiles.Fingerprint"/>
    public static string Fingerprint(string text) => SourceFiles.Fingerprint(text);

    private static (string Text, List<(int Start, int End)> Lines) Open(string path)
    {
        var text = SourceFiles.Text(path);
        return (text, Lines(text));
    }

    private static List<(string Path, string Text, List<(int Start, int End)> Lines)> Files(string folder, IReadOnlySet<string>? without)
    {
        var files = new List<(string, string, List<(int, int)>)>();
        foreach (var path in SourceFiles.Paths(folder))
        {
            var (text, lines) = Open(path);
            if (lines.Count > 0 && without?.Contains(Fingerprint(text)) != true) files.Add((path, text, lines));
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
