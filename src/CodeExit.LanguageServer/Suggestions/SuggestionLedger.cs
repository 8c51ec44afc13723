using System.Globalization;
using CodeExit.Completion;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Records;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>What became of one connection's suggestions: counts, latencies, joules of the last. Safe for many threads.</summary>
/// <param name="report">Told what became of a suggestion.</param>
/// <param name="accepted">Called when a suggestion is accepted, as a whole or in part.</param>
internal sealed class SuggestionLedger(Action<SuggestionFate> report, Action accepted)
{
    /// <summary>Suggestions that a report may still name. A client speaks of what it shows now; older ones are forgotten.</summary>
    private const int MostRemembered = 64;

    private readonly Lock _lock = new();
    private readonly LatencyWindow _latencies = new();
    private readonly Queue<Offer> _offers = new();
    private CompletionResult? _last;
    private long _requests;
    private long _offered;
    private long _shown;
    private long _accepted;
    private long _partiallyAccepted;
    private long _focusChanges;

    /// <summary>One suggestion that was sent, and what the client has said of it.</summary>
    private sealed class Offer(string id, Place place, CompletionResult result, int repeated)
    {
        public string Id { get; } = id;
        public long RequestId { get; } = result.Id;
        public string Text { get; } = result.Text;
        public int Repeated { get; } = repeated;
        public string Uri { get; } = place.Document.Uri;
        public int Cursor { get; } = place.Cursor;
        public bool Shown { get; set; }
        public bool Accepted { get; set; }
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public void CountFocusChange() => Interlocked.Increment(ref _focusChanges);

    public void Record(CompletionResult result, TimeSpan latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            _last = result;
        }
    }

    /// <param name="repeated">UTF-16 units of the document that the item's text begins with.</param>
    /// <returns>The id by which the client may speak of the suggestion.</returns>
    public string Offered(Place place, CompletionResult result, int repeated)
    {
        lock (_lock)
        {
            string id = (++_offered).ToString(CultureInfo.InvariantCulture);
            if (_offers.Count == MostRemembered) _offers.Dequeue();
            _offers.Enqueue(new Offer(id, place, result, repeated));
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
            report(new SuggestionFate(offer.RequestId, 0));
        }
    }

    /// <summary>A word or a line was taken. Counted even where the client does not say of what.</summary>
    /// <param name="length">UTF-16 units of the item's text that were taken so far, what it repeats included.</param>
    public void PartiallyAccepted(string? id, int length)
    {
        lock (_lock)
        {
            _partiallyAccepted++;
            accepted();
            if (id is null || Find(id) is not { } offer) return;
            report(new SuggestionFate(offer.RequestId, Math.Clamp(length - offer.Repeated, 0, offer.Text.Length)));
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

    public StatusResult Status(CompletionServiceStatus service, DepthStatus depth, int openDocuments, IReadOnlyDictionary<string, long> notAsked)
    {
        lock (_lock)
        {
            return new StatusResult(
                service.State, service.Error, service.Model, service.Device, depth.Policy, depth.Mode, depth.EffectiveMode, depth.Reason, depth.IsPaused,
                service.Power is { } power ? PowerReading.Of(power) : null, service.Pending, openDocuments, Interlocked.Read(ref _requests),
                new SuggestionCounts(_offered, _shown, _accepted, _partiallyAccepted, Interlocked.Read(ref _focusChanges), notAsked.Values.Sum(), notAsked),
                _latencies.Percentiles());
        }
    }

    /// <summary>Of the last suggestion: its measurement, as soon as that is there, else what could be said with the answer. Null before the first.</summary>
    public EnergyReading? LastEnergy()
    {
        CompletionResult? last;
        lock (_lock) last = _last;
        if (last is null) return null;
        EnergyMeasurement energy = last.MeasuredEnergy is { IsCompletedSuccessfully: true } measured ? measured.Result : last.Energy;
        return EnergyReading.Of(energy);
    }

    private Offer? Find(string id) => _offers.FirstOrDefault(offer => offer.Id == id);

    private void Accept(Offer offer)
    {
        if (offer.Accepted) return;
        offer.Accepted = true;
        _accepted++;
        accepted();
        report(new SuggestionFate(offer.RequestId, offer.Text.Length));
    }

    private static bool StandsAt(TextBuffer text, int offset, string wanted)
        => offset + wanted.Length <= text.Length && text.Slice(offset, offset + wanted.Length) == wanted;
}
