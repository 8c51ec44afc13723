namespace CodeExit.LanguageServer.Protocol;

/// <summary>Answer of codeexit/status. The model's side is the service's, mode and counters are this connection's.</summary>
internal sealed record StatusResult(
    string State,
    string? Error,
    string Model,
    string Device,
    string Policy,
    string Mode,
    string EffectiveMode,
    string ModeReason,
    bool Paused,
    PowerReading? Energy,
    int Pending,
    int OpenDocuments,
    long Requests,
    SuggestionCounts Suggestions,
    LatencyPercentiles LatencyMs);

/// <param name="Offered">Non-empty suggestions sent.</param>
/// <param name="Shown">Of those, how many the client says it showed; few clients say.</param>
/// <param name="FocusChanges">Times the client said that another document has the focus.</param>
/// <param name="Gated">Requests answered with nothing, without asking the model.</param>
/// <param name="GatedBy">The same by reason.</param>
internal sealed record SuggestionCounts(long Offered, long Shown, long Accepted, long PartiallyAccepted, long FocusChanges, long Gated, IReadOnlyDictionary<string, long> GatedBy);

/// <summary>Milliseconds from request read to answer ready, over the last requests; null before the first.</summary>
internal sealed record LatencyPercentiles(double? P50, double? P95);
