using System.Text;

namespace CodeExit.Completion.Snippets;

/// <summary>What lies above the part of a file that fits a prompt and says what the names in that part are: imports, and the heads of the blocks around it.</summary>
internal static class FileHead
{
    private const int MostImports = 24;

    private static readonly string[] ImportWords = ["import ", "from ", "using ", "#include", "use ", "require ", "package ", "namespace "];

    /// <param name="start">Where the part begins, at the start of a line.</param>
    /// <returns>Whole lines in the file's order; empty where nothing is to be said.</returns>
    public static string Of(string text, int start)
    {
        if (start == 0) return "";
        var above = text.AsSpan(0, start);
        var head = new StringBuilder();
        var imports = 0;
        foreach (var line in above.EnumerateLines())
        {
            if (imports == MostImports) break;
            if (!IsImport(line)) continue;
            head.Append(line).Append('\n');
            imports++;
        }
        foreach (var line in Enclosing(above, Indentation(text.AsSpan(start)))) head.Append(line).Append('\n');
        return head.ToString();
    }

    private static bool IsImport(ReadOnlySpan<char> line)
    {
        foreach (var word in ImportWords)
        {
            if (line.StartsWith(word)) return true;
        }
        return false;
    }

    /// <summary>Upwards, each line that is indented less than all below it: the class and the function that the part stands in.</summary>
    private static Stack<string> Enclosing(ReadOnlySpan<char> above, int indentation)
    {
        var heads = new Stack<string>();
        while (indentation > 0 && !above.IsEmpty)
        {
            above = above.TrimEnd('\n');
            var line = above[(above.LastIndexOf('\n') + 1)..];
            above = above[..^line.Length];
            var own = line.Length - line.TrimStart().Length;
            if (line.IsWhiteSpace() || own >= indentation) continue;
            heads.Push(line.TrimEnd().ToString());
            indentation = own;
        }
        return heads;
    }

    /// <summary>Of the first line that is not blank.</summary>
    private static int Indentation(ReadOnlySpan<char> text)
    {
        foreach (var line in text.EnumerateLines())
        {
            if (!line.IsWhiteSpace()) return line.Length - line.TrimStart().Length;
        }
        return 0;
    }
}
