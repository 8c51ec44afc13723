namespace CodeExit.Completion;

/// <summary>Ask for the text at one place of one document.</summary>
/// <param name="Text">The document, or a window of it around the cursor.</param>
/// <param name="Offset">The cursor, in UTF-16 units into <paramref name="Text"/>.</param>
public sealed record CompletionRequest(string Text, int Offset)
{
    /// <summary>The editor's name for the language ("python"); null where unknown.</summary>
    public string? LanguageId { get; init; }

    /// <summary>Whom the answer is for. A newer request of the same origin supersedes an older one; null is never superseded.</summary>
    public object? Origin { get; init; }

    /// <summary>Most tokens to produce; null takes the service's own.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>What decides how many layers run; null takes the service's own.</summary>
    public DepthSettings? Depth { get; init; }

    /// <summary>Whether typing asked, and nobody by hand: such a request is not answered while suggestions pause.</summary>
    public bool IsAutomatic { get; init; }
}
