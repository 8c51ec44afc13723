using System.Globalization;
using System.Text;
using CodeExit.Evaluation.Reports;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Replay;

/// <summary>The report as one self-contained page.</summary>
public static class ReplayHtml
{
    private static readonly (string Name, string Colour)[] Fates =
    [
        ("accepted", "#2f7d6b"), ("shown, not accepted", "#a08a1f"), ("shown already", "#5b7fbf"), ("nothing to show", "#8a4fa3"), ("superseded", "#c0447a"), ("cancelled", "#b4552d"),
    ];

    public static string Page(ReplayReport report)
    {
        var page = new StringBuilder();
        page.Append(EnergyPage.Claim(report.Label, report.FirstLine, report.Doubt));
        page.Append("<h2>Typing with completion</h2>\n");
        HtmlTable.Append(page, ReplayTable.Columns, report.Settings.Select(ReplayTable.Row));
        page.Append("<p class=\"how\">Joules are net of idle. Those for a suggestion shown, and for a character accepted, hold all requests, wasted ones too.</p>\n");
        if (report.Noise is { } noise) page.Append(CultureInfo.InvariantCulture, $"<p>{Html(noise)}</p>\n");
        if (report.Settings.Any(each => each.Requests > 0)) AppendCharts(page, report);
        page.Append(CultureInfo.InvariantCulture, $"""
            <p class="how">The trace (seed {report.Trace.Seed}) types {report.Trace.Characters} characters into {report.Trace.Files} places of real files. The editor asks {report.DebounceMs:0} ms after a key, whatever is shown.
            A suggestion stays while what is typed agrees with it and no answer says anything else; after {report.ReadingMs:0} ms the typist accepts it if the file holds next exactly what it says, white space at its end left out; else types on.
            Time without a request passes {report.Speed:0.#} times as fast as in life. Read from {Html(report.Source)}, which covers {Html(report.Scope)}.</p>

            """);
        var about = string.Create(CultureInfo.InvariantCulture, $"energy while typing: {report.Trace.Characters} characters, {report.Trace.Seconds:0} s of typing, on the {report.Device}");
        return HtmlPage.Of("replay", report.Model, about, EnergyPage.Style, page.ToString());
    }

    private static void AppendCharts(StringBuilder page, ReplayReport report)
    {
        page.Append("<h2>What the joules were for</h2>\n<p>All requests of the trace. Only the first part was of use.</p>\n");
        page.Append(BarChart.Svg("Joules by what became of their request", $"J over the trace, net of idle ({report.Label})", Fates, [.. report.Settings.Select(Fate)]));
        page.Append("<h2>Where the joules went</h2>\n<p>What the work took above idle is shared out by the time of its parts; idle is that of the time in which requests ran.</p>\n");
        page.Append(BarChart.Svg("Where the joules went", $"J over the trace, idle in it ({report.Label})", EnergyPage.Parts, [.. report.Settings.Select(each => EnergyPage.Bar(each.Name, each.Where))]));
        page.Append("<ul>\n");
        foreach (var each in report.Settings.Where(each => each.IdleJoules is not null))
            page.Append(CultureInfo.InvariantCulture, $"<li>{Html(each.Name)}: requests ran for {each.BusySeconds:0.0} of {each.Seconds:0} s; at rest the device takes {each.IdleWatts:0.0} W, {EnergyWords.Joules(each.IdleJoules!.Value)} over all that time.</li>\n");
        page.Append("</ul>\n<h2>Power and depth over time</h2>\n");
        var layers = report.Settings.Max(each => each.LayerCount) ?? 1;
        page.Append(TimeLineChart.Svg("Power and depth over time", layers, [.. report.Settings.Select(Row)]));
    }

    private static Bar Fate(ReplayResult each)
    {
        double Joules(double? share) => (share ?? 0) * each.NetJoules;
        var wasted = each.Wasted;
        return new Bar(
            each.Name,
            [each.NetJoules - Joules(each.WastedShare), Joules(wasted.NotAccepted), Joules(wasted.SaidAgain), Joules(wasted.NothingToShow), Joules(wasted.Superseded), Joules(wasted.Cancelled)],
            EnergyWords.Joules(each.NetJoules));
    }

    private static TimeLineRow Row(ReplayResult each) => new(
        each.Name, [.. each.TimeLine.Select(point => point.Seconds)], [.. each.TimeLine.Select(point => point.Watts)], [.. each.TimeLine.Select(point => point.Layers)]);
}
