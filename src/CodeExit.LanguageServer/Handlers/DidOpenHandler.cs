using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didOpen.</summary>
internal static class DidOpenHandler
{
    public static void Handle(Session session, DidOpenParams parameters)
    {
        TextDocumentItem item = parameters.TextDocument;
        session.Ignored.Recheck();
        var document = new DocumentSnapshot(item.Uri, item.LanguageId, item.Version, TextBuffer.From(item.Text));
        session.Documents.Open(document);
        session.OpenFiles.Used(document);
    }
}
