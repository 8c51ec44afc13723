using CodeExit.Evaluation.Serving;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <summary>What pages about joules share.</summary>
internal static class EnergyPage
{
    public const string Style = Charts.Style + "\n" + HtmlTable.Style + "\n" + """
        body { max-width: 1280px; } svg { max-width: 940px; } p, li { max-width: 60rem; } h2 { margin-top: 2.5rem; }
        .claim { border-left: 4px solid #2f7d6b; padding: .5rem 1rem; background: color-mix(in srgb, #2f7d6b 10%, transparent); }
        .claim.estimated { border-color: #b4552d; background: color-mix(in srgb, #b4552d 12%, transparent); }
        .how { color: var(--soft); font-size: .9rem; }
        """;

    public static IReadOnlyList<(string Name, string Colour)> Parts { get; } =
    [
        ("prefill", "#3b6fb6"), ("decode", "#2f7d6b"), ("probes", "#a08a1f"), ("text work", "#8a4fa3"), ("cancelled requests", "#b4552d"), ("idle meanwhile", "#98a2b3"),
    ];

    /// <summary>Whether joules were measured, and what else makes them doubtful: what a reader must know first.</summary>
    public static string Claim(string label, string firstLine, string? doubt) =>
        $"<p class=\"claim{(EnergyWords.IsMeasured(label) ? "" : " estimated")}\"><strong>{Html(firstLine)}</strong>{(doubt is null ? "" : " " + Html(doubt))}</p>\n";

    public static Bar Bar(string name, JouleShares shares) =>
        new(name, [shares.Prefill, shares.Decode, shares.Probes, shares.Text, shares.Cancelled, shares.Idle], EnergyWords.Joules(shares.Total));
}
