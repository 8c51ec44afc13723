using CodeExit.Completion.Stopping;

namespace CodeExit.Completion.Gate;

/// <summary>Whether the model is asked, and what is to be remembered of the place until it is known what became of its suggestion.</summary>
/// <param name="Reason">Why not; null where it is asked.</param>
/// <param name="Place">Names this very place: document, text around the cursor.</param>
/// <param name="Features">For <see cref="AcceptanceModel"/>.</param>
public sealed record GateDecision(GateReason? Reason, string Place, string? LanguageId, IReadOnlyList<float> Features)
{
    public bool IsAsked => Reason is null;
}

/// <summary>
/// Decides for a request by typing, never for one by hand, whether a suggestion is wanted: fixed rules for places where none is, then what was
/// learned from the user. Of what was learned to be unlikely every eighth is asked all the same, or it could never be unlearned.
/// For one window; safe for many threads.
/// </summary>
public sealed class AskGate(AcceptanceModel acceptance, TypingHistory history)
{
    /// <summary>Below it a suggestion is not worth its joules. A twentieth of what is taken for granted at first: a small model is accepted seldom anywhere, and what is accepted must not be lost.</summary>
    public const double LeastProbability = AcceptanceModel.Prior / 20;

    /// <summary>Of the unlikely, one in so many is asked.</summary>
    public const int Exploration = 8;

    private const int RejectionsToLearn = 2, DeletionsInARun = 2;
    private const int Around = 200;

    private int _unlikely;

    /// <param name="document">Names the document, as <see cref="TypingHistory.Edited"/> does.</param>
    /// <param name="caret">The cursor in the document, in UTF-16 units; the request may hold a window of it.</param>
    public GateDecision Decide(CompletionRequest request, string document, int caret)
    {
        var cursor = CursorContext.At(request.Text, request.Offset, request.LanguageId);
        var features = GateFeatures.Of(request, cursor, history);
        var place = Place(request, document);
        var reason = Rule(request, cursor, history.TypedTo(document, caret), place) ?? Learned(request.LanguageId, features);
        return new GateDecision(reason, place, request.LanguageId, features);
    }

    /// <summary>A suggestion was asked for and became nothing that anybody could use, or was accepted.</summary>
    public void Learn(GateDecision decision, bool accepted) => acceptance.Learn(decision.LanguageId, decision.Features.ToArray(), accepted);

    private GateReason? Rule(CompletionRequest request, CursorContext cursor, bool typedHere, string place)
    {
        var (text, at) = (request.Text, request.Offset);
        if (at > 0 && at < text.Length && IsWord(text[at - 1]) && IsWord(text[at])) return GateReason.MidWord;
        if ((cursor.InComment || cursor.InString) && !typedHere) return GateReason.BeingRead;
        if (typedHere && history.Deletions >= DeletionsInARun) return GateReason.Deleting;
        if (IsClosed(cursor)) return GateReason.AfterCloser;
        return history.Rejections(place) >= RejectionsToLearn ? GateReason.RejectedHere : null;
    }

    private GateReason? Learned(string? languageId, float[] features)
    {
        if (acceptance.Probability(languageId, features) >= LeastProbability) return null;
        return Interlocked.Increment(ref _unlikely) % Exploration == 0 ? null : GateReason.Unlikely;
    }

    /// <summary>A statement that ends with what was typed last: what comes next is a new line, and the user's to begin.</summary>
    private static bool IsClosed(CursorContext cursor) =>
        cursor is { TextFollows: false, InComment: false, InString: false, Syntax.Balanced: true }
        && cursor.LinePrefix is [.., ';' or '}'] && !cursor.OpenOnLine().Any;

    private static string Place(CompletionRequest request, string document)
    {
        var from = Math.Max(0, request.Offset - Around);
        var to = Math.Min(request.Text.Length, request.Offset + Around);
        var before = string.GetHashCode(request.Text.AsSpan(from..request.Offset));
        return FormattableString.Invariant($"{document}#{before:x8}{string.GetHashCode(request.Text.AsSpan(request.Offset..to)):x8}");
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
