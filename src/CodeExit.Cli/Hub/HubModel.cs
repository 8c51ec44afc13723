using System.Text.RegularExpressions;

namespace CodeExit.Cli.Hub;

/// <summary>A model on a Hugging Face-compatible host, as a person writes it: <c>owner/name</c>, or for the oldest ones <c>name</c>.</summary>
/// <param name="Name">Also the name that <c>--model</c> takes.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
internal sealed partial record HubModel(string Name, string Revision)
{
    public const string DefaultRevision = "main";

    private const int LongestName = 96, LongestRevision = 255;

    /// <summary>The name as one part of a path. Hosts allow no "--" in names, so no two models share it.</summary>
    public string FolderName => Name.Replace("/", "--", StringComparison.Ordinal);

    /// <param name="text"><c>REPO[@REVISION]</c></param>
    /// <exception cref="UsageException">It cannot be the name of a model or of a revision.</exception>
    public static HubModel Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (name, revision) = at < 0 ? (text, DefaultRevision) : (text[..at], text[(at + 1)..]);
        if (name.Length > LongestName || !NamePattern().IsMatch(name) || name.Contains("--", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal))
        {
            throw new UsageException(
                $"'{name}' is no name of a model: write owner/name, letters, digits, '-', '_' and '.' (no '--', no '..'), for example bigcode/starcoder2-3b");
        }
        if (revision.Length > LongestRevision || !RevisionPattern().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal))
        {
            throw new UsageException($"'{revision}' is no revision: write a branch, a tag or a commit behind the '@', for example {name}@{DefaultRevision}");
        }
        return new HubModel(name, revision);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?(/[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?)?\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._/+-]*\z")]
    private static partial Regex RevisionPattern();
}
