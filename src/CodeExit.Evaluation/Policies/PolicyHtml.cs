using System.Globalization;
using System.Net;
using System.Text;

namespace CodeExit.Evaluation.Policies;

/// <summary>The report as one self-contained page: quality against layers and against time, a curve for each kind of policy, and the numbers.</summary>
public static class PolicyHtml
{
    private const int Left = 60, Top = 20, Width = 620, Height = 320;

    private static readonly string[] Colours = ["#2f7d6b", "#b4552d", "#3b6fb6", "#8a4fa3", "#a08a1f", "#c0447a", "#4f8a3a", "#667085"];

    public static string Page(PolicyReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>CodeExit policies: {Html(report.Model)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{Html(report.Model)} <small>{report.Tasks} tasks; the baseline is full depth with a KV cache, in the same run</small></h1>

            """);
        var kinds = report.Policies.Select(Kind).Distinct().ToArray();
        Chart(page, "Quality against layers", "share of layers", report, kinds, each => each.LayerShare);
        Chart(page, "Quality against decode time", "time for a token, full depth = 1", report, kinds, each => each.TimePerTokenRatio);
        Table(page, report);
        page.Append("<p>Edit similarity is to the truth. Oracles know the answer: no policy can do better with these exits. Energy is not measured here.</p>\n</body>\n</html>\n");
        return page.ToString();
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

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private const string Style = """

        :root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --rule: #e6e9ef; --back: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #98a2b3; --rule: #2a313c; --back: #14181f; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 900px; margin: 3rem auto; padding: 0 1rem; }
        h1 small { display: block; font-size: 1rem; font-weight: 400; color: var(--soft); }
        svg { width: 100%; height: auto; }
        text { font: 13px system-ui, sans-serif; fill: var(--soft); } text[fill] { fill: revert-layer; font-weight: 600; }
        .axis, polyline { fill: none; stroke-width: 2; } .axis { stroke: var(--rule); }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule); } th:first-child, td:first-child { text-align: left; }
        th { color: var(--soft); font-weight: 500; }

        """;
}
