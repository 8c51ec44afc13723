using System.Globalization;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Reports;

/// <summary>What reports say of joules in words, the same in all of them: an estimate is never told as a measurement.</summary>
internal static class EnergyWords
{
    public static bool IsMeasured(string label) => label == EnergyLabel.MeasuredCounter.Text() || label == EnergyLabel.MeasuredIntegrated.Text();

    /// <summary>"0.0198": three figures, where the unit stands elsewhere.</summary>
    public static string Figures(double joules) => joules.ToString(Format(joules), CultureInfo.InvariantCulture);

    public static string Joules(double joules) => Figures(joules) + " J";

    /// <summary>"0.330 ± 0.069 J": the spread with as many decimals as the mean.</summary>
    public static string Joules(Interval interval) =>
        $"{interval.Mean.ToString(Format(interval.Mean), CultureInfo.InvariantCulture)} ± {(interval.High - interval.Mean).ToString(Format(interval.Mean), CultureInfo.InvariantCulture)} J";

    /// <param name="source">For a person: what was read.</param>
    public static string FirstLine(string label, string source, string scope) => IsMeasured(label)
        ? $"Measured: every joule is {label}, of {source} ({scope})."
        : $"Nothing was measured: this machine lets no energy be read, so every joule is {label} ({source}). No saving is claimed.";

    /// <summary>A saving, where it was measured and its interval leaves no doubt; else what can be said.</summary>
    public static string Saving(string name, Interval ratio, string label, double confidence)
    {
        var sure = string.Create(CultureInfo.InvariantCulture, $"{confidence * 100:0.#} % interval of the ratio: {ratio.Low:0.000} to {ratio.High:0.000}");
        if (!IsMeasured(label)) return string.Create(CultureInfo.InvariantCulture, $"{name}: {ratio.Mean:0.000} of full depth's joules by the model ({label}, no measured saving; {sure})");
        if (ratio.High < 1) return string.Create(CultureInfo.InvariantCulture, $"{name}: saves {(1 - ratio.Mean) * 100:0.0} % of full depth's joules ({label}; {sure})");
        return ratio.Low > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: takes {(ratio.Mean - 1) * 100:0.0} % more than full depth ({label}; {sure})")
            : $"{name}: no difference to full depth that these trials can tell ({label}; {sure})";
    }

    private static string Format(double joules) => Math.Abs(joules) switch { < 0.1 => "0.0000", < 1 => "0.000", < 10 => "0.00", < 100 => "0.0", _ => "0" };
}
