using System.Globalization;
using System.Text;
using CodeExit.Evaluation.Reports;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Energy;

/// <summary>The report as one self-contained page.</summary>
public static class EnergyHtml
{
    public static string Page(EnergyReport report)
    {
        var page = new StringBuilder();
        var joules = $"J for a suggestion, net of idle ({report.Label})";
        page.Append(EnergyPage.Claim(report.Label, report.FirstLine, report.Doubt));
        page.Append(CultureInfo.InvariantCulture, $"<h2>Joules of a suggestion</h2>\n<p>With {report.Confidence * 100:0.#} % intervals, {Html(report.IntervalMethod)}.</p>\n");
        page.Append(BarChart.Svg("Joules of a suggestion by setting", joules, [], [.. report.Settings.Select(Bar)]));
        if (report.Savings.Any()) AppendSavings(page, report);
        page.Append("<h2>Quality against energy</h2>\n<p>The upper left is best. Edit similarity of a suggestion's first line to what really stood there.</p>\n");
        page.Append(CurveChart.Svg("Quality against energy", joules, "edit similarity to the truth", [Curve(report)]));
        page.Append("<h2>Where the joules went</h2>\n<p>Of a mean suggestion. What the work took above idle is shared out by the time of its parts.</p>\n");
        page.Append(BarChart.Svg("Where the joules of a suggestion went", $"J for a suggestion, idle in it ({report.Label})", EnergyPage.Parts, [.. report.Settings.Select(each => EnergyPage.Bar(each.Name, each.Where))]));
        page.Append("<h2>Numbers</h2>\n");
        HtmlTable.Append(page, EnergyTable.Columns, report.Settings.Select(EnergyTable.Row));
        AppendWindows(page, report);
        page.Append(CultureInfo.InvariantCulture, $"""
            <p class="how">In each of {report.Trials} trials every setting wrote the same suggestions back to back, for {report.WindowSeconds:0.#} s or more, in an order that turns, with {report.CoolDownSeconds:0.#} s of rest before each window.
            "To full, paired" is the ratio to full depth of the same trial. Read from {Html(report.Source)}, which covers {Html(report.Scope)}.</p>

            """);
        return HtmlPage.Of("energy", report.Model, $"energy of a suggestion: {report.Settings.Count} settings, {report.Tasks} places in code, on the {report.Device}", EnergyPage.Style, page.ToString());
    }

    private static Bar Bar(EnergyResult each)
    {
        var interval = each.JoulesPerSuggestion;
        return new Bar(each.Name, [interval.Mean], EnergyWords.Joules(interval), interval);
    }

    private static Curve Curve(EnergyReport report) => new(
        "",
        [.. report.Settings.Select(each => new CurvePoint(
            each.Name, each.JoulesPerSuggestion.Mean, each.EditSimilarity, (each.JoulesPerSuggestion.Low, each.JoulesPerSuggestion.High), IsLabelled: true))]);

    private static void AppendSavings(StringBuilder page, EnergyReport report)
    {
        page.Append("<ul>\n");
        foreach (var saving in report.Savings) page.Append(CultureInfo.InvariantCulture, $"<li>{Html(saving)}</li>\n");
        page.Append("</ul>\n");
    }

    private static void AppendWindows(StringBuilder page, EnergyReport report)
    {
        page.Append("<details><summary>Every window</summary>\n");
        HtmlTable.Append(page, ["setting", "trial", "suggestions", "tokens", "s", "J", "net J", "idle W", "label", "doubt"], report.Windows.Select(Row));
        page.Append("</details>\n");
    }

    private static IEnumerable<string> Row(EnergyTrial each) =>
    [
        each.Setting, Number(each.Trial, "0"), Number(each.Suggestions, "0"), Number(each.Tokens, "0"), Number(each.Seconds, "0.00"), Number(each.Joules, "0.00"),
        Number(each.NetJoules, "0.00"), each.IdleWatts is { } idle ? Number(idle, "0.0") : "unknown", each.Label, each.Contamination ?? "",
    ];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
