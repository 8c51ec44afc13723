using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didChange: applies the edits in order; an edit may show that a suggestion was accepted.</summary>
internal static class DidChangeHandler
{
    public static void Handle(Session session, DidChangeParams parameters)
    {
        TextDocumentIdentifier id = parameters.TextDocument;
        var changed = session.Documents.Change(id.Uri, id.Version, parameters.ContentChanges, session.Encoding);
        if (changed is not var (before, after)) return;
        session.OpenFiles.Used(after);
        DocumentEdit? edit = DocumentEdit.Of(before.Text, parameters.ContentChanges, session.Encoding);
        if (edit is { } one) session.Typing.Edited(id.Uri, one.Start, one.Removed, one.Inserted);
        else session.Typing.Edited(id.Uri);
        session.Ledger.Infer(before, after);
        session.Watch.Edited(after, edit);
        session.GhostText.StopWaiting();
    }
}
