using System.Globalization;
using System.Net;
using System.Text;

namespace CodeExit.Evaluation.Speed;

/// <summary>The report as one self-contained page: a bar for each speed against its limit, and the numbers.</summary>
public static class SpeedHtml
{
    private const int BarWidth = 560;

    public static string Page(SpeedReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>CodeExit speed: {Html(report.Model)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{Html(report.Model)} <small>{report.Parameters / 1e6:0.0} M parameters, {Html(report.Precision)}, {report.Threads} threads</small></h1>
            <h2>Speed against the machine</h2>
            <p>Full width is the limit: what this machine could do if nothing but memory (decode) or arithmetic (prefill) took time.</p>

            """);
        page.Append(CultureInfo.InvariantCulture, $"""
            <svg viewBox="0 0 760 150" role="img" aria-label="Decode and prefill as shares of the machine's limits">
            {Bar(20, "decode", report.BandwidthShare, $"{Number(report.DecodeTokensPerSecond)} tok/s", $"of {report.ReadBandwidthGBs:0.0} GB/s read")}
            {Bar(90, "prefill", report.PeakShare, $"{Number(report.PrefillTokensPerSecond)} tok/s", $"of {report.FmaPeakGflops:0} GFLOP/s")}
            </svg>
            {(report.FitsCache ? "<p>The weights fit the last-level cache, so memory bandwidth is no limit for decode here.</p>" : "")}

            """);
        AppendTable(page, "Numbers", SpeedTable.Rows(report));
        page.Append("<p>Medians. Limits: read bandwidth divided by the bytes of weights that a token reads; F32 multiply-add peak divided by the operations of the prefill.</p>\n</body>\n</html>\n");
        return page.ToString();
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

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private const string Style = """

        :root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --track: #e6e9ef; --bar: #2f7d6b; --back: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #98a2b3; --track: #2a313c; --bar: #3fa58d; --back: #14181f; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 780px; margin: 3rem auto; padding: 0 1rem; }
        h1 small { display: block; font-size: 1rem; font-weight: 400; color: var(--soft); }
        svg { width: 100%; height: auto; }
        text { fill: var(--ink); font: 15px system-ui, sans-serif; }
        .limit { fill: var(--track); } .bar { fill: var(--bar); }
        .speed, .share { font-weight: 600; } .speed { fill: #fff; stroke: var(--bar); stroke-width: 4px; paint-order: stroke; } .note { fill: var(--soft); font-size: 12px; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--track); }
        th { color: var(--soft); font-weight: 500; }

        """;
}
