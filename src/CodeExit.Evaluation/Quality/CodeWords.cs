using System.Text.RegularExpressions;

namespace CodeExit.Evaluation.Quality;

/// <summary>Code as the words that ROUGE-L and BLEU count: names and numbers, and every other visible character by itself.</summary>
internal static partial class CodeWords
{
    public static string[] Of(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"\w+|[^\w\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
