using CodeExit.Completion.Snippets;

namespace CodeExit.Evaluation.Tasks;

/// <summary>A hole in a text, and what stood there.</summary>
/// <param name="Name">Where it comes from, for reports.</param>
/// <param name="Text">The document without the hole's content.</param>
/// <param name="Offset">The hole, in UTF-16 units.</param>
/// <param name="Truth">What was taken out.</param>
public sealed record CompletionTask(string Name, string Text, int Offset, string Truth)
{
    /// <summary>The editor's name for the language; null where unknown.</summary>
    public string? LanguageId { get; init; }

    /// <summary>What would be open in an editor beside it; null where nothing is known.</summary>
    public OpenFiles? Files { get; init; }

    /// <summary>Names the text of the file that it was made from, hole and all; null where it is not from a file. See <see cref="SourceTasks.Fingerprint"/>.</summary>
    public string? Source { get; init; }
}
