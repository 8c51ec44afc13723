using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didPartiallyAcceptCompletion (Copilot): a word or a line of the item was taken.</summary>
internal static class DidPartiallyAcceptCompletionHandler
{
    public static void Handle(Session session, DidPartiallyAcceptCompletionParams parameters)
    {
        session.Ledger.PartiallyAccepted(SuggestionItems.IdOf(parameters.Item.Command?.Arguments), parameters.AcceptedLength);
    }
}
