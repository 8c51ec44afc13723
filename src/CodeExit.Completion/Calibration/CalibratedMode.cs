using System.Globalization;
using System.Text.Json.Serialization;

namespace CodeExit.Completion.Calibration;

/// <summary>What a calibrated policy's promise is about. Losses lie between 0 and 1.</summary>
public enum LossMetric
{
    /// <summary>CALM's textual consistency: 1 − edit similarity between the policy's suggestion and full depth's.</summary>
    [JsonStringEnumMemberName("textual")]
    Textual,

    /// <summary>
    /// CALM's risk consistency: how much farther from the truth (1 − edit similarity) the policy's suggestion is than full depth's. CALM's
    /// difference may be negative; here it is cut off at 0, which bounds it and promises no less.
    /// </summary>
    [JsonStringEnumMemberName("risk")]
    Risk,
}

/// <summary>
/// One mode of one model: the policy that it stands for, and the promise that was measured. With the given confidence the expected loss of
/// the policy, on code like that of the tasks, is at most the tolerance.
/// </summary>
/// <param name="Policy">Exit policy spec.</param>
/// <param name="Samples">Tasks that it was calibrated on.</param>
/// <param name="Measured">Mean loss on them.</param>
/// <param name="Bound">Which p-value stands behind the promise.</param>
/// <param name="Kinds">Kinds of policy that shared the chance to be wrong.</param>
/// <param name="LayerShare">Layers that a token ran, of all, on these tasks.</param>
/// <param name="Source">What the tasks were: their number of files and a hash, no path.</param>
/// <param name="ExitLayers">The exits that the policy chose between.</param>
/// <param name="Base">Fingerprint of the weights.</param>
public sealed record CalibratedMode(
    string Policy,
    [property: JsonConverter(typeof(LossMetricConverter))] LossMetric Metric,
    double Tolerance,
    double Confidence,
    int Samples,
    double Measured,
    string Bound,
    IReadOnlyList<string> Kinds,
    double LayerShare,
    string Source,
    int Seed,
    IReadOnlyList<int> ExitLayers,
    string Base)
{
    /// <summary>The promise in a few words: "within 5 % of full depth's text, 95 % sure, 600 samples".</summary>
    [JsonIgnore]
    public string Promise => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Metric == LossMetric.Textual ? $"within {Percent(Tolerance)} of full depth's text" : $"at most {Percent(Tolerance)} farther from the truth than full depth")}, {Percent(Confidence)} sure, {Samples} samples");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");
}

/// <summary>By name, and not by number.</summary>
internal sealed class LossMetricConverter() : JsonStringEnumConverter<LossMetric>(namingPolicy: null, allowIntegerValues: false);
