using System.Globalization;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Cli.Output;

/// <summary>Why a policy did what it did, in words.</summary>
internal static class EvidenceText
{
    public static string Action(ExitAction action) => action switch
    {
        ExitAction.Continue => "continue",
        ExitAction.Exit => "exit",
        ExitAction.Stop => "stop",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "not an action"),
    };

    /// <summary>A measure as JSON has it: the part of a spec that brings it. Null where there is none.</summary>
    public static string? Name(ExitMeasure measure) => measure switch
    {
        ExitMeasure.None => null,
        ExitMeasure.Softmax => SoftmaxPolicy.Name,
        ExitMeasure.Saturation => SaturationPolicy.Name,
        ExitMeasure.Classifier => ClassifierPolicy.Name,
        ExitMeasure.Agent => AgentPolicy.Name,
        ExitMeasure.Look => $"{PricePolicy.Name}-look",
        ExitMeasure.Price => PricePolicy.Name,
        ExitMeasure.Sequence => SequencePolicy.Name,
        ExitMeasure.Stop => "stop",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "not a measure"),
    };

    /// <param name="layers">Of the model: after its last one a token is read out whatever the policy.</param>
    public static string Reason(PolicyStop stop, int layers)
    {
        var evidence = stop.Evidence;
        return evidence.Measure switch
        {
            ExitMeasure.None when stop.Action == ExitAction.Continue => "only looks",
            ExitMeasure.None => stop.Layer == layers ? "by design: the last layer" : "by design",
            ExitMeasure.Softmax => $"softmax p1−p2 {AtLeast(evidence)}",
            ExitMeasure.Saturation => $"saturation cosine {AtLeast(evidence)}",
            ExitMeasure.Classifier => $"classifier {AtLeast(evidence)}",
            ExitMeasure.Agent => $"rl p(exit) {Above(evidence)}",
            ExitMeasure.Look => $"price: expects reading out {(evidence.Value > 0 ? "to pay" : "not to pay")}, {Above(evidence)}",
            ExitMeasure.Price => $"price: expects {(evidence.Value > 0 ? "leaving" : "going on")} to be cheaper, {Above(evidence)}",
            ExitMeasure.Sequence => $"sequence keeps {AtLeast(evidence)} → layer {evidence.Depth}",
            ExitMeasure.Stop => $"stop p(wrong) {AtLeast(evidence)}",
            _ => throw new ArgumentOutOfRangeException(nameof(stop), evidence.Measure, "not a measure"),
        };
    }

    private static string AtLeast(ExitEvidence evidence) => Compared(evidence, evidence.Value >= evidence.Threshold ? '≥' : '<');

    private static string Above(ExitEvidence evidence) => Compared(evidence, evidence.Value > evidence.Threshold ? '>' : '≤');

    /// <summary>Two decimals, or as many more as it takes to tell the two apart.</summary>
    private static string Compared(ExitEvidence evidence, char relation)
    {
        const int Most = 7;
        for (var decimals = 2; ; decimals++)
        {
            var value = evidence.Value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
            var threshold = evidence.Threshold.ToString($"F{decimals}", CultureInfo.InvariantCulture);
            if (decimals == Most || value != threshold || evidence.Value == evidence.Threshold) return $"{value} {relation} {threshold}";
        }
    }
}
