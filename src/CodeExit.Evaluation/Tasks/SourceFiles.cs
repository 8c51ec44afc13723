using System.Security.Cryptography;
using System.Text;
using CodeExit.Completion;
using CodeExit.Completion.Snippets;

namespace CodeExit.Evaluation.Tasks;

/// <summary>The files of a folder that are code, in an order that is always the same.</summary>
internal static class SourceFiles
{
    /// <summary>Larger files are mostly data.</summary>
    private const int MostBytes = 1 << 20;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".py", ".java", ".js", ".jsx", ".ts", ".tsx", ".cs", ".c", ".h", ".cpp", ".cc", ".hpp", ".go", ".rs", ".rb", ".php", ".kt", ".swift", ".lua",
    };

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<string> Paths(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden };
        return Directory.EnumerateFiles(folder, "*", options)
            .Where(path => Extensions.Contains(Path.GetExtension(path)) && new FileInfo(path).Length <= MostBytes)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The file in an editor that has its neighbours open: those of the same folder, eight at most.</summary>
    public static OpenFiles Neighbours(string folder, string path)
    {
        const int Most = 8;
        var others = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*" + Path.GetExtension(path))
            .Where(other => other != path && new FileInfo(other).Length <= MostBytes)
            .Order(StringComparer.Ordinal)
            .Take(Most);
        return new OpenFiles(Name(path), [.. others.Select(other => new OtherFile(Name(other), LanguageNames.OfFile(other), () => Text(other)))]);

        string Name(string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');
    }

    /// <summary>Lines end with \n, whatever the file says.</summary>
    public static string Text(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    /// <summary>Names a file by its text: 16 hexadecimal digits of SHA-256, line ends as \n.</summary>
    public static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    public static InvalidDataException Nothing(string folder, IReadOnlySet<string>? without) => new(
        $"{folder}: holds no source file with a line to complete" + (without is { Count: > 0 } ? ", or none that this model's policies were not learned from" : ""));
}
