using CodeExit.Inference.EarlyExit;

namespace CodeExit.Cli.Output;

/// <summary>What <c>inspect --policy --json</c> says of the policy.</summary>
/// <param name="ExitLayer">Where the token is read out, or the suggestion ends.</param>
/// <param name="Action">What happens there: exit or stop.</param>
internal sealed record ExitJson(string Spec, int ExitLayer, string Action, IReadOnlyList<StopJson> Stops)
{
    public static ExitJson Of(PolicyExit exit) =>
        new(exit.Spec, exit.Last.Layer, EvidenceText.Action(exit.Last.Action), [.. exit.Stops.Select(StopJson.Of)]);
}

/// <param name="Measure">Null, like its numbers, where none decided.</param>
internal sealed record StopJson(int Layer, string Action, string? Measure, float? Value, float? Threshold)
{
    public static StopJson Of(Inference.Decoding.PolicyStop stop)
    {
        var evidence = stop.Evidence;
        var measured = evidence.Measure != ExitMeasure.None;
        return new StopJson(
            stop.Layer, EvidenceText.Action(stop.Action), EvidenceText.Name(evidence.Measure),
            measured ? evidence.Value : null, measured ? evidence.Threshold : null);
    }
}
