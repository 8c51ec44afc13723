using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didShowCompletion (Copilot): the item is on the screen.</summary>
internal static class DidShowCompletionHandler
{
    public static void Handle(Session session, DidShowCompletionParams parameters)
    {
        if (SuggestionItems.IdOf(parameters.Item.Command?.Arguments) is { } id) session.Ledger.Shown(id);
    }
}
