using CodeExit.Completion;
using CodeExit.Completion.Gate;
using CodeExit.LanguageServer.Documents;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// Follows the suggestion that is on the screen until it is accepted or rejected, and lets the gate learn from it. Typing what it says leaves
/// it standing; typing anything else, or deleting into its place, rejects it. Whatever else ends it tells nothing. Safe for many threads.
/// </summary>
internal sealed class OfferWatch(AskGate gate, TypingHistory history)
{
    private readonly Lock _lock = new();
    private Offer? _offer;

    private sealed record Offer(string Uri, int Cursor, string Text, GateDecision Decision);

    public void Offered(Place place, string text, GateDecision decision)
    {
        lock (_lock) _offer = new Offer(place.Document.Uri, place.Cursor, text, decision);
    }

    /// <summary>Whether there is anything to show, and by typing anything but what was just rejected at this place.</summary>
    public bool IsWorthShowing(CompletionResult result, GateDecision decision, bool byTyping)
    {
        if (result.Text.Length > 0) return !byTyping || !history.Repeats(decision.Place, result.Text);
        if (result.StopReason != StopReason.Paused) gate.Learn(decision, accepted: false); // asking was for nothing
        return false;
    }

    public void Accepted()
    {
        if (Take() is not { } offer) return;
        history.Accepted();
        gate.Learn(offer.Decision, accepted: true);
    }

    /// <param name="edit">Null where more than one place was changed.</param>
    public void Edited(DocumentSnapshot after, DocumentEdit? edit)
    {
        Offer? offer;
        lock (_lock) offer = _offer;
        if (offer is null || offer.Uri != after.Uri || Agrees(offer, after.Text, edit)) return;
        Take();
        if (edit is not { } one || one.Start + one.Removed < offer.Cursor || one.Start > offer.Cursor + offer.Text.Length) return;
        history.Rejected(offer.Decision.Place, offer.Text);
        gate.Learn(offer.Decision, accepted: false);
    }

    private static bool Agrees(Offer offer, TextBuffer after, DocumentEdit? edit)
    {
        if (edit is not { } one || one.Start < offer.Cursor) return false;
        var typed = one.End - offer.Cursor;
        return typed <= offer.Text.Length && after.Slice(offer.Cursor, one.End) == offer.Text[..typed];
    }

    private Offer? Take()
    {
        lock (_lock)
        {
            var offer = _offer;
            _offer = null;
            return offer;
        }
    }
}
