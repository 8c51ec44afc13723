using CodeExit.Completion.Snippets;

namespace CodeExit.LanguageServer.Documents;

/// <summary>
/// The documents beside the one that is completed, as a prompt may hold pieces of them. Used by the reading loop only; the texts are read
/// when a model wants them.
/// </summary>
internal sealed class OpenFilesView
{
    /// <summary>What was used longer ago has little to do with what is written now.</summary>
    private const int MostFiles = 8;

    /// <summary>UTF-16 units of a document that are looked at.</summary>
    private const int MostText = 64 << 10;

    /// <summary>Directories of a path, and its name, that a model gets to know.</summary>
    private const int NameParts = 3;

    private readonly List<(DocumentSnapshot Document, OtherFile File)> _recent = []; // the one used last comes first

    /// <summary>Whether pieces of a document may stand in another one's prompt. All may, unless the owner of this says otherwise.</summary>
    public Func<DocumentSnapshot, bool> Admits { get; set; } = static _ => true;

    /// <summary>A document was opened or edited.</summary>
    public void Used(DocumentSnapshot document)
    {
        Closed(document.Uri);
        string Read() => document.Text.Slice(0, Math.Min(document.Text.Length, MostText));
        _recent.Insert(0, (document, new OtherFile(NameOf(document.Uri), document.LanguageId, Read)));
    }

    public void Closed(string uri) => _recent.RemoveAll(each => each.Document.Uri == uri);

    public OpenFiles Around(DocumentSnapshot document) => new(
        NameOf(document.Uri), [.. _recent.Where(each => each.Document.Uri != document.Uri && Admits(each.Document)).Take(MostFiles).Select(each => each.File)]);

    /// <summary>The end of the path.</summary>
    private static string NameOf(string uri)
    {
        string[] parts = Uri.UnescapeDataString(uri).Split('/');
        return string.Join('/', parts[Math.Max(0, parts.Length - NameParts)..]);
    }
}
