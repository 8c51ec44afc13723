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
}
