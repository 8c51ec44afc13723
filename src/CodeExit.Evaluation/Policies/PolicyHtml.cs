using System.Globalization;
using System.Text;
using CodeExit.Evaluation.Reports;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Policies;

/// <summary>The report as one self-contained page: quality against layers and against time, a curve for each kind of policy, and the numbers.</summary>
public static class PolicyHtml
{
    private const int Left = 60, Top = 20, Width = 620, Height = 320;

    private static readonly string[] Colours = ["#2f7d6b", "#b4552d", "#3b6fb6", "#8a4fa3", "#a08a1f", "#c0447a", "#4f8a3a", "#667085"];

    public static string Page(PolicyReport report)
    {
        var page = new StringBuilder();
        var kinds = report.Policies.Select(Kind).Distinct().ToArray();
        Chart(page, "Quality against layers", "share of layers", report, kinds, each => each.LayerShare);
        Chart(page, "Quality against decode time", "time for a token, full depth = 1", report, kinds, each => each.TimePerTokenRatio);
        Table(page, report);
        page.Append("<p>Edit similarity is to the truth. Oracles know the answer: no policy can do better with these exits. Energy is not measured here.</p>\n");
        return HtmlPage.Of("policies", report.Model, $"{report.Tasks} tasks; the baseline is full depth with a KV cache, in the same run", Style, page.ToString());
    }

    private static void Chart(
        StringBuilder page, string title, string across, PolicyReport report, string[] kinds, Func<PolicyResult, double?> x)
    {
        var shown = report.Policies.Where(each => x(each) is not null).ToArray();
        if (shown.Length == 0) return;
        var widest = Math.Max(1, shown.Max(each => x(each)!.Value));
        var highest = Math.Max(0.01, shown.Max(each => each.EditSimilarity)) * 1.05;
        double Across(PolicyResult each) => Left + x(each)!.Value / widest * Width;
        double Down(PolicyResult each) => Top + Height - each.EditSimilarity / highest * Height;

        page.Append(CultureInfo.InvariantCulture, $"""
            <h2>{Html(title)}</h2>
            <svg viewBox="0 0 760 {Height + 70}" role="img" aria-label="{Html(title)}">
            <path class="axis" d="M{Left} {Top}V{Top + Height}H{Left + Width}"/>
            <text x="{Left + Width}" y="{Top + Height + 36}" text-anchor="end">{Html(across)}</text>
            <text x="{Left - 8}" y="{Top + 4}" text-anchor="end">{highest:0.00}</text><text x="{Left - 8}" y="{Top + Height}" text-anchor="end">0</text>
            <text x="{Left}" y="{Top + Height + 18}" text-anchor="middle">0</text><text x="{Left + Width}" y="{Top + Height + 18}" text-anchor="middle">{widest:0.00}</text>

            """);
        for (var i = 0; i < kinds.Length; i++)
        {
            var colour = Colours[i % Colours.Length];
            var points = shown.Where(each => Kind(each) == kinds[i]).OrderBy(each => x(each)).ToArray();
            var line = string.Join(' ', points.Select(each => string.Create(CultureInfo.InvariantCulture, $"{Across(each):0.0},{Down(each):0.0}")));
            page.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{line}\" stroke=\"{colour}\"/>\n");
            foreach (var each in points)
            {
                page.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Across(each):0.0}\" cy=\"{Down(each):0.0}\" r=\"5\" fill=\"{colour}\"><title>{Html(each.Policy)}</title></circle>\n");
            }
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 12 + i % 4 * 160}\" y=\"{Top + Height + 36 + i / 4 * 20}\" fill=\"{colour}\">{(points.Length > 0 ? "● " + Html(kinds[i]) : "")}</text>\n");
        }
        page.Append("</svg>\n");
    }

    private static void Table(StringBuilder page, PolicyReport report)
    {
        page.Append("<h2>Numbers</h2>\n<table>\n<tr>");
        foreach (var column in PolicyTable.Columns.Where(column => PolicyTable.Shows(report, column))) page.Append(CultureInfo.InvariantCulture, $"<th>{Html(column)}</th>");
        page.Append("</tr>\n");
        foreach (var each in report.Policies)
        {
            page.Append("<tr>");
            foreach (var (column, cell) in PolicyTable.Columns.Zip(PolicyTable.Row(each)))
            {
                if (PolicyTable.Shows(report, column)) page.Append(CultureInfo.InvariantCulture, $"<td>{Html(cell)}</td>");
            }
            page.Append("</tr>\n");
        }
        page.Append("</table>\n");
    }

    /// <summary>The policy without its threshold: what a curve is made of.</summary>
    private static string Kind(PolicyResult result)
    {
        var end = result.Policy.IndexOf(':', StringComparison.Ordinal);
        if (end < 0) return result.Policy;
        var options = result.Policy.IndexOf(',', StringComparison.Ordinal);
        return result.Policy[..end] + (options < 0 ? "" : result.Policy[options..]);
    }

    private const string Style = """
        body { max-width: 900px; }
        text { font: 13px system-ui, sans-serif; fill: var(--soft); } text[fill] { fill: revert-layer; font-weight: 600; }
        .axis, polyline { fill: none; stroke-width: 2; } .axis { stroke: var(--rule); }
        table { font-size: .9rem; }
        th, td { text-align: right; padding: .3rem .6rem .3rem 0; } th:first-child, td:first-child { text-align: left; }
        """;
}
