using System.Globalization;
using CodeExit.Completion;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>What became of one connection's suggestions: counts, latencies, joules. Safe for many threads.</summary>
internal sealed class SuggestionLedger
{
    /// <summary>Suggestions that a report may still name. A client speaks of what it shows now; older ones are forgotten.</summary>
    private const int MostRemembered = 64;

    private readonly Lock _lock = new();
    private readonly LatencyWindow _latencies = new();
    private readonly EnergyLedger _energy = new();
    private readonly Queue<Offer> _offers = new();
    private long _requests;
    private long _offered;
    private long _shown;
    private long _accepted;
    private long _partiallyAccepted;
    private long _focusChanges;

    /// <summary>One suggestion that was sent, and what the client has said of it.</summary>
    private sealed class Offer(string id, Place place, string text)
    {
        public string Id { get; } = id;
        public string Text { get; } = text;
        public string Uri { get; } = place.Document.Uri;
        public int Cursor { get; } = place.Cursor;
        public bool Shown { get; set; }
        public bool Accepted { get; set; }
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public void CountFocusChange() => Interlocked.Increment(ref _focusChanges);

    public void CountPartialAcceptance() => Interlocked.Increment(ref _partiallyAccepted);

    public void Record(CompletionResult result, TimeSpan latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            _energy.Add(result.Energy);
        }
    }

    /// <returns>The id by which the client may speak of the suggestion.</returns>
    public string Offered(Place place, string text)
    {
        lock (_lock)
        {
            string id = (++_offered).ToString(CultureInfo.InvariantCulture);
            if (_offers.Count == MostRemembered) _offers.Dequeue();
            _offers.Enqueue(new Offer(id, place, text));
            return id;
        }
    }

    /// <summary>Counts each suggestion once; ids that are unknown or too old count nothing.</summary>
    public void Shown(string id)
    {
        lock (_lock)
        {
            if (Find(id) is not { Shown: false } offer) return;
            offer.Shown = true;
            _shown++;
        }
    }

    /// <inheritdoc cref="Shown"/>
    public void Accepted(string id)
    {
        lock (_lock)
        {
            if (Find(id) is { } offer) Accept(offer);
        }
    }

    /// <summary>
    /// Not every client runs an accepted item's command (LSP4IJ never does). So an edit after which the newest suggestion stands at its
    /// cursor, and before which more than its last unit was missing, counts as its acceptance too.
    /// </summary>
    public void Infer(DocumentSnapshot before, DocumentSnapshot after)
    {
        lock (_lock)
        {
            if (_offers.LastOrDefault() is not { Accepted: false } offer || offer.Uri != after.Uri) return;
            if (offer.Text.Length < 2 || StandsAt(before.Text, offer.Cursor, offer.Text[..^1])) return;
            if (StandsAt(after.Text, offer.Cursor, offer.Text)) Accept(offer);
        }
    }

    public StatusResult Status(CompletionServiceStatus service, int openDocuments)
    {
        lock (_lock)
        {
            return new StatusResult(
                service.State, service.Error, service.Model, service.Device, service.Policy, service.Mode, service.Pending, openDocuments,
                Interlocked.Read(ref _requests),
                new SuggestionCounts(_offered, _shown, _accepted, Interlocked.Read(ref _partiallyAccepted), Interlocked.Read(ref _focusChanges)),
                _latencies.Percentiles());
        }
    }

    public EnergyResult Energy()
    {
        lock (_lock) return _energy.Result();
    }

    private Offer? Find(string id) => _offers.FirstOrDefault(offer => offer.Id == id);

    private void Accept(Offer offer)
    {
        if (offer.Accepted) return;
        offer.Accepted = true;
        _accepted++;
    }

    private static bool StandsAt(TextBuffer text, int offset, string wanted)
        => offset + wanted.Length <= text.Length && text.Slice(offset, offset + wanted.Length) == wanted;
}
