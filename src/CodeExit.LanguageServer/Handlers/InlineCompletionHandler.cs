using CodeExit.Completion;
using CodeExit.Completion.Gate;
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
        CompletionRequest request = place.Request(start, end, selected?.Text ?? "") with
        {
            IsAutomatic = parameters.Context is not { IsByHand: true },
            Files = session.OpenFiles.Around(place.Document),
        };

        bool byTyping = selected is null && parameters.Context is { IsByHand: false };
        // What was suggested before costs nothing: it is asked for, and at once.
        bool mayRun = byTyping && !session.GhostText.Recalls(request, session.Settings);
        GateDecision gate = session.Asking.Decide(request, place, mayRun);
        if (!gate.IsAsked) return new InlineCompletionList([]);

        TimeSpan wait = mayRun ? AdaptiveDebounce.Wait(session.Typing, session.Options.LongestDebounce) : TimeSpan.Zero;
        CompletionResult? result = await session.GhostText.SuggestAsync(request, session.Settings, wait, cancellationToken).ConfigureAwait(false);
        if (result is null) return null;
        if (session.Settings.InsertOnly && selected is null) result = SuggestionItems.InsertOnly(place, result);
        if (!session.Watch.IsWorthShowing(result, gate, byTyping)) return new InlineCompletionList([]);
        session.Watch.Offered(place, result.Text, gate);
        string id = session.Ledger.Offered(place, result, repeated: selected?.Text.Length ?? SuggestionItems.Repeated(place));
        InlineCompletionItem item = selected is null
            ? SuggestionItems.Inline(place, result, id)
            : SuggestionItems.InlineAfter(selected, result, id);
        return new InlineCompletionList([item]);
    }
}
