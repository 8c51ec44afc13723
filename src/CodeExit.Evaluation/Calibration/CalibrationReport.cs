using System.Text.Json;
using System.Text.Json.Serialization;
using CodeExit.Completion.Calibration;

namespace CodeExit.Evaluation.Calibration;

/// <summary>One candidate on the tasks that it was run on.</summary>
/// <param name="Tasks">Fewer than all where it failed before the end.</param>
/// <param name="Textual">Mean loss.</param>
/// <param name="Risk">Mean loss.</param>
/// <param name="LayerShare">Layers that a token ran, of all.</param>
/// <param name="WorkRatio">Work of a token to full depth's: layers, back-fill and read-outs, counted and not timed.</param>
/// <param name="TimePerTokenRatio">Decode time of a token to full depth's, looks and back-fill included.</param>
public sealed record CandidateMeasure(string Policy, int Tasks, double Textual, double Risk, double LayerShare, double WorkRatio, double? TimePerTokenRatio)
{
    public double Loss(LossMetric metric) => metric == LossMetric.Textual ? Textual : Risk;
}

/// <summary>What became of one promise.</summary>
/// <param name="Chosen">The policy that keeps it with the least work, no more than full depth's; null where nothing can be promised.</param>
/// <param name="Safest">The first candidate that was tested, of the kind that came nearest.</param>
/// <param name="LeastTasks">Tasks that it takes at least, were there no loss at all.</param>
public sealed record PromiseResult(Promise Promise, CandidateMeasure? Chosen, CandidateMeasure Safest, int LeastTasks);

/// <summary>The result of <c>codeexit calibrate</c>.</summary>
/// <param name="Tasks">How many.</param>
/// <param name="Source">Number of files and a hash of the tasks; no path.</param>
/// <param name="Candidates">All that were run, kind by kind, the safest first.</param>
public sealed record CalibrationReport(
    string Model, int Tasks, string Source, int Seed, string Bound, IReadOnlyList<string> Kinds, IReadOnlyList<PromiseResult> Promises,
    IReadOnlyList<CandidateMeasure> Candidates)
{
    public string Json() => JsonSerializer.Serialize(this, CalibrationJsonContext.Default.CalibrationReport);
}

/// <summary>How one promise, calibrated on half of the tasks again and again, was kept on the other half.</summary>
/// <param name="Splits">How many random halves.</param>
/// <param name="Promised">Those of them that let something be promised.</param>
/// <param name="Broken">Those of them whose mean loss on the other half was above the tolerance.</param>
/// <param name="Allowed">Share of all splits that may be.</param>
/// <param name="MeanLoss">On the other halves, of what was promised; null where nothing was.</param>
/// <param name="MeanLayerShare">Likewise.</param>
public sealed record SplitResult(
    Promise Promise, int Splits, int TasksPerHalf, int Promised, int Broken, double Allowed, double? MeanLoss, double? MeanLayerShare)
{
    public double BrokenShare => (double)Broken / Splits;
}

/// <summary>The result of <c>codeexit calibrate --check</c>.</summary>
public sealed record SplitReport(string Model, int Tasks, string Source, int Seed, string Bound, IReadOnlyList<string> Kinds, IReadOnlyList<SplitResult> Promises)
{
    public string Json() => JsonSerializer.Serialize(this, CalibrationJsonContext.Default.SplitReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CalibrationReport))]
[JsonSerializable(typeof(SplitReport))]
internal sealed partial class CalibrationJsonContext : JsonSerializerContext;
