using System.Globalization;
using System.Text;
using CodeExit.Evaluation.Reports;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Policies;

/// <summary>The report as one self-contained page: quality against layers and against time, a curve for each kind of policy, and the numbers.</summary>
public static class PolicyHtml
{
    public static string Page(PolicyReport report)
    {
        var page = new StringBuilder();
        Chart(page, "Quality against layers", "share of layers", report, each => each.LayerShare);
        Chart(page, "Quality against decode time", "time for a token, full depth = 1", report, each => each.TimePerTokenRatio);
        Chart(page, "Quality against energy", $"joules, full depth = 1 ({Label(report)})", report, each => each.JoulesRatio);
        Table(page, report);
        page.Append("<p>Edit similarity is to the truth. Oracles know the answer: no policy can do better with these exits.</p>\n");
        return HtmlPage.Of("policies", report.Model, $"{report.Tasks} tasks on the {report.Device}; the baseline is full depth with a KV cache, in the same run", Style, page.ToString());
    }

    private static void Chart(StringBuilder page, string title, string across, PolicyReport report, Func<PolicyResult, double?> x)
    {
        var curves = report.Policies.Where(each => x(each) is not null)
            .GroupBy(Kind)
            .Select(kind => new Curve(kind.Key, [.. kind.Select(each => new CurvePoint(each.Policy, x(each)!.Value, each.EditSimilarity))]))
            .ToArray();
        if (curves.Length == 0) return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Html(title)}</h2>\n{CurveChart.Svg(title, across, "edit similarity to the truth", curves)}");
    }

    /// <summary>How the joules came about; one label, as others are not compared.</summary>
    private static string Label(PolicyReport report) => report.Policies[0].Label;

    private static void Table(StringBuilder page, PolicyReport report)
    {
        page.Append("<h2>Numbers</h2>\n");
        bool Shown(string column) => PolicyTable.Shows(report, column);
        HtmlTable.Append(
            page, PolicyTable.Columns.Where(Shown),
            report.Policies.Select(each => PolicyTable.Columns.Zip(PolicyTable.Row(each)).Where(cell => Shown(cell.First)).Select(cell => cell.Second)));
    }

    /// <summary>The policy without its threshold: what a curve is made of.</summary>
    private static string Kind(PolicyResult result)
    {
        var end = result.Policy.IndexOf(':', StringComparison.Ordinal);
        if (end < 0) return result.Policy;
        var options = result.Policy.IndexOf(',', StringComparison.Ordinal);
        return result.Policy[..end] + (options < 0 ? "" : result.Policy[options..]);
    }

    private const string Style = Charts.Style + "\n" + HtmlTable.Style + "\nbody { max-width: 900px; }";
}
