using System.Globalization;

namespace CodeExit.Evaluation.Policies;

/// <summary>The report as rows for a person.</summary>
public static class PolicyTable
{
    private const string Accepted = "accepted", Joules = "joules", Label = "label";

    public static IReadOnlyList<string> Columns { get; } =
        ["policy", "exact", "edit sim.", "ROUGE-L", "BLEU", "chrF", "= full", "sim. to full", "layers", "share", "work", "time", "per token", "probes", Joules, Accepted, Label];

    public static IReadOnlyList<string> Row(PolicyResult result) =>
    [
        result.Policy, Percent(result.ExactMatch), Percent(result.EditSimilarity), Percent(result.RougeL), Percent(result.Bleu), Percent(result.ChrF),
        Percent(result.ExactMatchToFull), Percent(result.EditSimilarityToFull), result.MeanLayers.ToString("0.00", CultureInfo.InvariantCulture),
        Percent(result.LayerShare), Ratio(result.WorkRatio), Ratio(result.DecodeTimeRatio), Ratio(result.TimePerTokenRatio), result.ProbeShare is { } share ? Percent(share) : "", Ratio(result.JoulesRatio),
        result.Drafted is { } drafted ? Percent((double)result.Accepted!.Value / drafted) : "", result.JoulesRatio is null ? "" : result.Label,
    ];

    /// <summary>Whether a column says anything: where no policy drafts, none is accepted, and where nothing was measured there are no joules.</summary>
    public static bool Shows(PolicyReport report, string column) => column switch
    {
        Accepted => report.Policies.Any(result => result.Drafted is not null),
        Joules or Label => report.Policies.Any(result => result.JoulesRatio is not null),
        _ => true,
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Ratio(double? ratio) => ratio is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : "";
}
