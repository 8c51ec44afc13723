using CodeExit.Completion;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/completion: the suggestion as a menu entry, for editors without ghost text that asked for it at initialize.</summary>
internal static class CompletionHandler
{
    public static async Task<CompletionList?> HandleAsync(Session session, CompletionParams parameters, CancellationToken cancellationToken)
    {
        if (!session.Settings.TextDocumentCompletion)
        {
            throw new RpcException(
                ErrorCode.MethodNotFound, "textDocument/completion is off; initializationOptions.textDocumentCompletion: true turns it on");
        }
        Place place = Place.At(session.Documents.Get(parameters.TextDocument.Uri), parameters.Position, session.Encoding);
        if (session.Asking.Forbids(place.Document, session.Settings)) return new CompletionList(true, []);
        CompletionRequest request = place.Request(place.Cursor, place.Cursor, "") with { Files = session.OpenFiles.Around(place.Document) };

        CompletionResult? result = await session.Menu.SuggestAsync(request, session.Settings, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (result is null) return null;
        // Incomplete: the next key may well bring another suggestion. White space alone has nothing to show in a menu.
        if (string.IsNullOrWhiteSpace(result.Text)) return new CompletionList(true, []);
        string id = session.Ledger.Offered(place, result, repeated: 0);
        return new CompletionList(true, [SuggestionItems.Menu(place, result, id)]);
    }
}
