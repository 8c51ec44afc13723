using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didFocus (Copilot): the user looks at another document, or at none.</summary>
internal static class DidFocusHandler
{
    public static void Handle(Session session, NoParams parameters) => session.Ledger.CountFocusChange();
}
