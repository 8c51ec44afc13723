namespace CodeExit.Completion.Snippets;

/// <summary>A piece of code for a prompt.</summary>
/// <param name="FileName">Where it is from.</param>
/// <param name="Text">Whole lines, that end with <c>\n</c>.</param>
internal sealed record Snippet(string FileName, string Text)
{
    private const int MostSnippets = 6;

    /// <summary>Less is what any two files of a language have in common.</summary>
    private const double LeastSimilarity = 0.05;

    /// <summary>UTF-16 units before the cursor that snippets are compared with.</summary>
    private const int Around = 1500;

    /// <summary>What would help most at a place, the most similar last: nearest to the code that it is for.</summary>
    /// <param name="start">Where the part of the file begins that the prompt holds.</param>
    /// <param name="fits">Whether there is room for one more; asked from the most wanted one on.</param>
    public static IReadOnlyList<Snippet> Choose(OpenFiles files, string text, int start, int offset, Func<Snippet, bool> fits)
    {
        var chosen = new List<Snippet>();
        if (FileHead.Of(text, start) is { Length: > 0 } head) Take(new Snippet(files.Name, head));
        var here = Identifiers.In(text.AsSpan(Math.Max(0, offset - Around), Math.Min(Around, offset)));
        var candidates =
            from file in files.Others
            from chunk in file.Chunks
            let similarity = chunk.Identifiers.Similarity(here)
            where similarity >= LeastSimilarity
            orderby similarity descending
            select new Snippet(file.Name, chunk.Text);
        foreach (var candidate in candidates)
        {
            if (chosen.Count == MostSnippets) break;
            Take(candidate);
        }
        chosen.Reverse();
        return chosen;

        void Take(Snippet snippet)
        {
            if (fits(snippet)) chosen.Add(snippet);
        }
    }
}
