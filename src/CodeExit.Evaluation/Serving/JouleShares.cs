using CodeExit.Completion;

namespace CodeExit.Evaluation.Serving;

/// <summary>
/// Where joules went. What the work took above idle is shared out by the time of its parts: a device's power is taken to be the same in
/// prefill and decode, as no sensor can tell them apart within a request.
/// </summary>
/// <param name="Prefill">Prompt tokens that were not in the cache.</param>
/// <param name="Decode">Layers and read-outs of the tokens.</param>
/// <param name="Probes">What exit policies looked at and that was of no other use.</param>
/// <param name="Text">Prompt building, tokenizer, stop rules, waking threads.</param>
/// <param name="Cancelled">Requests that were given up.</param>
/// <param name="Idle">What the device at rest would have taken in the same time.</param>
public sealed record JouleShares(double Prefill, double Decode, double Probes, double Text, double Cancelled, double Idle)
{
    public static JouleShares None { get; } = new(0, 0, 0, 0, 0, 0);

    public double Total => Prefill + Decode + Probes + Text + Cancelled + Idle;

    public static JouleShares operator +(JouleShares left, JouleShares right) => new(
        left.Prefill + right.Prefill, left.Decode + right.Decode, left.Probes + right.Probes, left.Text + right.Text,
        left.Cancelled + right.Cancelled, left.Idle + right.Idle);

    public static JouleShares operator /(JouleShares shares, double by) => new(
        shares.Prefill / by, shares.Decode / by, shares.Probes / by, shares.Text / by, shares.Cancelled / by, shares.Idle / by);

    /// <param name="net">J above idle.</param>
    /// <param name="idle">J of the device at rest.</param>
    /// <param name="window">Time that both are of; not shorter than its parts.</param>
    internal static JouleShares ByTime(PhaseTimes phases, double net, double idle, TimeSpan window)
    {
        var watts = window > TimeSpan.Zero ? net / window.TotalSeconds : 0;
        var (prefill, probes) = (watts * phases.Prefill.TotalSeconds, watts * phases.Probes.TotalSeconds);
        var decode = watts * (phases.Decode - phases.Probes).TotalSeconds;
        return new JouleShares(prefill, decode, probes, net - prefill - decode - probes, 0, idle);
    }
}

/// <summary>How long the parts of one suggestion, or of many, took.</summary>
/// <param name="Decode">Probes included.</param>
internal readonly record struct PhaseTimes(TimeSpan Prefill, TimeSpan Decode, TimeSpan Probes)
{
    public static PhaseTimes operator +(PhaseTimes left, PhaseTimes right) =>
        new(left.Prefill + right.Prefill, left.Decode + right.Decode, left.Probes + right.Probes);

    public static PhaseTimes Of(CompletionResult result) => new(
        TimeSpan.FromMilliseconds(result.Latency.Prefill), TimeSpan.FromMilliseconds(result.Latency.Decode), result.Probes);
}
