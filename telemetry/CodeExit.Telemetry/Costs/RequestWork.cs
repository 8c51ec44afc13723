namespace CodeExit.Telemetry.Costs;

/// <summary>What a request made the model do, in the units that energy goes by.</summary>
/// <param name="PrefillLayerTokens">Layers run for prompt tokens, in batches: layers × tokens.</param>
/// <param name="DecodeLayerTokens">Layers run for single tokens, back-fill and rejected drafts too: layers × tokens.</param>
/// <param name="ReadOuts">Times that a head was read: decoded tokens, and what exits looked at.</param>
public readonly record struct RequestWork(double PrefillLayerTokens, double DecodeLayerTokens, double ReadOuts)
{
    internal const int Terms = 4;

    /// <summary>The request itself comes first: reading the weights once for its prefill costs the same for one token as for thirty.</summary>
    internal void CopyTo(Span<double> terms) => (terms[0], terms[1], terms[2], terms[3]) = (1, PrefillLayerTokens, DecodeLayerTokens, ReadOuts);
}
