namespace CodeExit.Telemetry.Costs;

/// <summary>What a request made the model do, in the units that energy goes by.</summary>
/// <param name="PrefillLayerTokens">Layers run for prompt tokens, in batches: layers × tokens.</param>
/// <param name="DecodeLayerTokens">Layers run for tokens one by one: layers × tokens; back-fill, rejected drafts and read-outs too, at what they weigh in layers.</param>
public readonly record struct RequestWork(double PrefillLayerTokens, double DecodeLayerTokens)
{
    internal const int Terms = 3;

    /// <summary>The request itself comes first: reading the weights once for its prefill costs the same for one token as for thirty.</summary>
    internal void CopyTo(Span<double> terms) => (terms[0], terms[1], terms[2]) = (1, PrefillLayerTokens, DecodeLayerTokens);
}
