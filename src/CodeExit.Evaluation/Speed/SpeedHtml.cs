using System.Globalization;
using System.Text;
using CodeExit.Evaluation.Reports;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Speed;

/// <summary>The report as one self-contained page: a bar for each speed against its limit, and the numbers.</summary>
public static class SpeedHtml
{
    private const int BarWidth = 560;

    public static string Page(SpeedReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <h2>Speed against the machine</h2>
            <p>Full width is the limit: what this machine could do if nothing but memory (decode) or arithmetic (prefill) took time.</p>

            """);
        page.Append(CultureInfo.InvariantCulture, $"""
            <svg class="bars" viewBox="0 0 760 150" role="img" aria-label="Decode and prefill as shares of the machine's limits">
            {Bar(20, "decode", report.BandwidthShare, $"{Number(report.DecodeTokensPerSecond)} tok/s", Limit(report))}
            {Bar(90, "prefill", report.PeakShare, $"{Number(report.PrefillTokensPerSecond)} tok/s", $"of {report.FmaPeakGflops:0} GFLOP/s")}
            </svg>
            {(report.FitsCache ? "<p>The weights fit the last-level cache, so memory bandwidth is no limit for decode here.</p>" : "")}

            """);
        AppendTable(page, "Numbers", SpeedTable.Rows(report));
        page.Append(CultureInfo.InvariantCulture, $"<p>Medians. Limits: {(report.ReadBandwidthGBs is null ? "copy" : "read")} bandwidth divided by the bytes of weights that a token reads; F32 multiply-add peak divided by the operations of the prefill.</p>\n");
        if (report.Gpu is { } device) AppendDepths(page, device, report.Joules);
        var about = string.Create(CultureInfo.InvariantCulture, $"{report.Parameters / 1e6:0.0} M parameters, {report.Precision}, {report.RanOn}");
        return HtmlPage.Of("speed", report.Model, about, Style, page.ToString());
    }

    private static string Limit(SpeedReport report) => report.ReadBandwidthGBs is { } read
        ? string.Create(CultureInfo.InvariantCulture, $"of {read:0.0} GB/s read")
        : string.Create(CultureInfo.InvariantCulture, $"of {report.CopyBandwidthGBs:0.0} GB/s copied, read and written");

    private static void AppendDepths(StringBuilder page, DeviceReport device, TokenJoules? joules)
    {
        page.Append("<h2>A token by the layers that it ran</h2>\n");
        page.Append(CurveChart.Svg("Time of a token by layers run", "layers run", "ms a token", [new Curve("time", [.. device.Depths.Select(point => new CurvePoint($"{point.Layers} layers", point.Layers, point.MsPerToken))])]));
        if (joules is null) return;
        page.Append(CultureInfo.InvariantCulture, $"<p>Joules are above idle, {Html(joules.Label)}, of {Html(joules.Source)} ({Html(joules.Scope)}).</p>\n");
        page.Append(CurveChart.Svg("Joules of a token by layers run", "layers run", $"J a token ({joules.Label})", [new Curve("joules", [.. joules.Points.Select(point => new CurvePoint($"{point.Layers} layers", point.Layers, point.JoulesPerToken))])]));
    }

    private static void AppendTable(StringBuilder page, string title, IEnumerable<SpeedRow> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<table>\n<tr><th>what</th><th>measured</th><th>limit</th><th>share</th></tr>\n");
        foreach (var row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Html(row.What)}</td><td>{Html(row.Measured)}</td><td>{Html(row.Limit)}</td><td>{Html(row.Share)}</td></tr>\n");
        }
        page.Append("</table>\n");
    }

    private static string Bar(int top, string name, double share, string speed, string limit)
    {
        var width = Math.Clamp(share, 0, 1) * BarWidth;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <text x="0" y="{top + 24}" class="name">{name}</text>
            <rect x="80" y="{top}" width="{BarWidth}" height="36" rx="6" class="limit"/>
            <rect x="80" y="{top}" width="{width:0.0}" height="36" rx="6" class="bar"/>
            <text x="92" y="{top + 24}" class="speed">{Html(speed)}</text>
            <text x="{80 + BarWidth + 12}" y="{top + 24}" class="share">{share * 100:0} %</text>
            <text x="80" y="{top + 53}" class="note">{Html(limit)}</text>
            """);
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private const string Style = Charts.Style + "\n" + """
        :root { --bar: #2f7d6b; }
        @media (prefers-color-scheme: dark) { :root { --bar: #3fa58d; } }
        body { max-width: 780px; }
        .bars text { fill: var(--ink); font: 15px system-ui, sans-serif; }
        .limit { fill: var(--rule); } .bar { fill: var(--bar); }
        .bars .speed, .bars .share { font-weight: 600; } .bars .speed { fill: #fff; stroke: var(--bar); stroke-width: 4px; paint-order: stroke; }
        .bars .note { fill: var(--soft); font-size: 12px; }
        th, td { text-align: left; padding: .35rem .8rem .35rem 0; }
        """;
}
