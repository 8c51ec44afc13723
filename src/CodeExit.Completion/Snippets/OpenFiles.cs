namespace CodeExit.Completion.Snippets;

/// <summary>What is open in the editor around a request.</summary>
/// <param name="Name">Of the document that is completed: its path, as far as a model may know it.</param>
/// <param name="Others">Those beside it that may be shown to the model, the one used last first.</param>
public sealed record OpenFiles(string Name, IReadOnlyList<OtherFile> Others);

/// <summary>
/// An open document beside the one that is completed. It never changes, so that it is read and cut up once, and only if a model wants it: an
/// edited document is another one. Not safe for concurrent calls: one worker reads it.
/// </summary>
/// <param name="name">Its path, as far as a model may know it.</param>
/// <param name="languageId">The editor's name for the language; null where unknown.</param>
/// <param name="read">Its text, or as much of it as is worth looking at.</param>
public sealed class OtherFile(string name, string? languageId, Func<string> read)
{
    private readonly Lazy<IReadOnlyList<CodeChunk>> _chunks = new(() => CodeChunk.Split(read()), LazyThreadSafetyMode.None);

    public string Name => name;

    public string? LanguageId => languageId;

    internal IReadOnlyList<CodeChunk> Chunks => _chunks.Value;
}
