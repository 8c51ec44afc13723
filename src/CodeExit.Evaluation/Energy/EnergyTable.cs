using System.Globalization;
using CodeExit.Evaluation.Reports;

namespace CodeExit.Evaluation.Energy;

/// <summary>The report as rows for a person. J are net of idle.</summary>
public static class EnergyTable
{
    public static IReadOnlyList<string> Columns { get; } =
        ["setting", "policy", "joules of a suggestion", "of a token", "to full, paired", "W", "ms / suggestion", "edit sim.", "sim. to full", "layers", "label"];

    public static IReadOnlyList<string> Row(EnergyResult result) =>
    [
        result.Name, result.Policy, EnergyWords.Joules(result.JoulesPerSuggestion), result.JoulesPerToken is { } perToken ? EnergyWords.Joules(perToken) : "", result.RatioToFull is { } ratio ? Between(ratio) : "",
        Text(result.Watts, "0.0"), Text(result.SecondsPerSuggestion * 1000, "0"), Percent(result.EditSimilarity), Percent(result.EditSimilarityToFull),
        Percent(result.LayerShare), result.Label,
    ];

    /// <summary>"0.79 (0.77 to 0.81)".</summary>
    private static string Between(Interval ratio) => $"{Text(ratio.Mean, "0.00")} ({Text(ratio.Low, "0.00")} to {Text(ratio.High, "0.00")})";

    private static string Percent(double share) => Text(share * 100, "0.0") + " %";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
