namespace CodeExit.Evaluation.Quality;

/// <summary>Edit similarity of suggestions, white space at the ends left out.</summary>
internal static class SuggestionQuality
{
    /// <param name="truth">One line: of a suggestion of several, the first is held against it.</param>
    public static double ToTruth(string suggestion, string truth) => ToSuggestion(FirstLine(suggestion), truth);

    public static double ToSuggestion(string suggestion, string other) => EditSimilarity.Of(suggestion.Trim(), other.Trim());

    private static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;
}
