using CodeExit.Completion;
using CodeExit.Evaluation.Tasks;

namespace CodeExit.Evaluation.Replay;

/// <summary>Makes a trace of a folder of code: some whole lines of a random file, missing at first, are typed from top to bottom.</summary>
public static class TraceGenerator
{
    /// <summary>Of one file. A few lines: long enough for the cache to matter, short enough for many files.</summary>
    public const int SessionLength = 200;

    /// <summary>The same folder, length and seed give the same trace.</summary>
    /// <param name="length">Least characters to type.</param>
    /// <param name="without">Fingerprints of files to leave out: nothing is measured on what was learned from.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no line to type.</exception>
    public static TypingTrace Generate(string folder, int length, int seed, IReadOnlySet<string>? without = null)
    {
        var files = SourceFiles.Paths(folder)
            .Select(path => (Path: path, Text: SourceFiles.Text(path)))
            .Where(file => !string.IsNullOrWhiteSpace(file.Text) && without?.Contains(SourceFiles.Fingerprint(file.Text)) != true)
            .ToArray();
        if (files.Length == 0) throw SourceFiles.Nothing(folder, without);
        var random = new Random(seed);
        var rhythm = new TypingRhythm(random);
        var sessions = new List<TypingSession>();
        for (var typed = 0; typed < length; typed += sessions[^1].Length)
        {
            var (path, text) = files[random.Next(files.Length)];
            var (start, end) = Lines(text, random);
            sessions.Add(new TypingSession(Path.GetRelativePath(folder, path), LanguageNames.OfFile(path), text, start, Keys(text[start..end], rhythm)));
        }
        return new TypingTrace(seed, sessions);
    }

    /// <summary>From a random line's first visible character to the last one of the last line that <see cref="SessionLength"/> reaches.</summary>
    private static (int Start, int End) Lines(string text, Random random)
    {
        var starts = new List<int>();
        for (var line = 0; line < text.Length; line = LineEnd(text, line) + 1)
        {
            var first = line + Indentation(text, line);
            if (first < text.Length && text[first] != '\n') starts.Add(first);
        }
        var start = starts[random.Next(starts.Count)];
        var end = LineEnd(text, start);
        while (end < text.Length && LineEnd(text, end + 1) - start <= SessionLength) end = LineEnd(text, end + 1);
        return (start, start + text.AsSpan(start, end - start).TrimEnd().Length);
    }

    private static int LineEnd(string text, int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    /// <summary>Blanks from a place on. Any white space but the line's end: what a line is trimmed of.</summary>
    private static int Indentation(string text, int from)
    {
        var to = from;
        while (to < text.Length && text[to] != '\n' && char.IsWhiteSpace(text[to])) to++;
        return to - from;
    }

    private static List<Keystroke> Keys(string text, TypingRhythm rhythm)
    {
        var keys = new List<Keystroke>();
        var before = '\n';
        for (var at = 0; at < text.Length; at += keys[^1].Text.Length)
        {
            var length = text[at] == '\n' ? 1 + Indentation(text, at + 1)
                : at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
            keys.Add(new Keystroke(text.Substring(at, length), Math.Round(rhythm.NextMs(before, text[at]), 1)));
            before = text[at];
        }
        return keys;
    }
}
