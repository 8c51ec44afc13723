using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference;

/// <summary>Prompts for the embedded model: pieces of this repository's code.</summary>
internal static class CodePrompts
{
    private const int Step = 37;

    /// <summary>So many tokens each, ending wherever the next multiple of <see cref="Step"/> behind a file's first such piece is.</summary>
    public static int[][] Take(int count, int length)
    {
        var tokenizer = BytePairTokenizer.Load(RepositoryFiles.Path("models", "default"));
        return [.. Sources().SelectMany(file => Cuts(Encode(tokenizer, file), length)).Take(count)];
    }

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(RepositoryFiles.Path("src"), "*.cs", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(RepositoryFiles.Path("models", "pretraining"), "*.py", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static List<int> Encode(BytePairTokenizer tokenizer, string file)
    {
        var tokens = new List<int>();
        tokenizer.Encode(File.ReadAllText(file), SpecialTokens.AsText, tokens);
        return tokens;
    }

    private static IEnumerable<int[]> Cuts(List<int> tokens, int length)
    {
        for (var end = length; end < tokens.Count; end += Step) yield return [.. tokens[(end - length)..end]];
    }
}
