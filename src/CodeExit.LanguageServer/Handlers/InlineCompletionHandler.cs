using CodeExit.Completion;
using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/inlineCompletion: ghost text at the cursor.</summary>
internal static class InlineCompletionHandler
{
    public static async Task<InlineCompletionList?> HandleAsync(Session session, InlineCompletionParams parameters, CancellationToken cancellationToken)
    {
        Place place = Place.At(session.Documents.Get(parameters.TextDocument.Uri), parameters.Position, session.Encoding);
        if (session.Asking.Forbids(place.Document, session.Settings)) return new InlineCompletionList([]);
        SelectedCompletionInfo? selected = parameters.Context?.SelectedCompletionInfo;
        // Beside an open suggest widget only what extends its choice is shown: complete as if that were accepted already.
        (int start, int end) = selected is null ? (place.Cursor, place.Cursor) : place.Offsets(selected.Range);
        CompletionRequest request = place.Request(start, end, selected?.Text ?? "");

        CompletionResult? result = await session.GhostText.SuggestAsync(request, session.Settings.MaxTokens, cancellationToken).ConfigureAwait(false);
        if (result is null) return null;
        if (result.Text.Length == 0) return new InlineCompletionList([]);
        string id = session.Ledger.Offered(place, result, repeated: selected?.Text.Length ?? SuggestionItems.Repeated(place));
        InlineCompletionItem item = selected is null
            ? SuggestionItems.Inline(place, result, id)
            : SuggestionItems.InlineAfter(selected, result, id);
        return new InlineCompletionList([item]);
    }
}
