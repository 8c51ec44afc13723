using CodeExit.Completion;
using CodeExit.Completion.Gate;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Ignore;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// When a request is answered without asking the model, and how often for which reason. Of all ways to save energy this is the one that saves
/// all of it. Safe for many threads.
/// </summary>
internal sealed class AskingRules(IgnoredFiles ignored, AskGate gate, Action<string> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private (string Uri, string Why) _logged;

    /// <summary>How many requests were answered so, by reason.</summary>
    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            lock (_lock) return new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
        }
    }

    /// <summary>Whether nothing is ever suggested in the document; counts and logs it.</summary>
    public bool Forbids(DocumentSnapshot document, ClientSettings settings)
    {
        if (document.LanguageId is { } language && settings.DisabledLanguages.Contains(language)) return Count("language", document.Uri, $"{language} is among disabledLanguages");
        return ignored.Why(document.Uri) is { } why && Count("ignored file", document.Uri, why);
    }

    /// <summary>What the gate says of a request; counts and logs where it is not let through. One by hand always is.</summary>
    public GateDecision Decide(CompletionRequest request, Place place, bool byTyping)
    {
        GateDecision decision = gate.Decide(request, place.Document.Uri, place.Cursor);
        if (!byTyping) return decision with { Reason = null };
        if (decision.Reason is { } reason) Count(reason.Text(), place.Document.Uri, $"line {place.Line + 1}");
        return decision;
    }

    /// <returns>True.</returns>
    private bool Count(string reason, string uri, string why)
    {
        lock (_lock)
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
            if (_logged == (uri, why)) return true; // once is enough: it is so at every key
            _logged = (uri, why);
        }
        log($"{uri}: nothing is suggested ({reason}): {why}");
        return true;
    }
}
