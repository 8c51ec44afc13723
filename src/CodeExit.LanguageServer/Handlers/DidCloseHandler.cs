using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didClose.</summary>
internal static class DidCloseHandler
{
    public static void Handle(Session session, DidCloseParams parameters)
    {
        session.Documents.Close(parameters.TextDocument.Uri);
        session.OpenFiles.Closed(parameters.TextDocument.Uri);
    }
}
