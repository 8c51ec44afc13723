using System.Globalization;
using System.Text;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <summary>What all charts share: inline SVG, 760 units wide, words in the page's own colours so that they can be read on light and dark.</summary>
internal static class Charts
{
    public const int Width = 760;

    /// <summary>Told apart on white and on black, and most of them in grey.</summary>
    public static IReadOnlyList<string> Colours { get; } =
        ["#2f7d6b", "#b4552d", "#3b6fb6", "#8a4fa3", "#a08a1f", "#c0447a", "#4f8a3a", "#667085"];

    public const string Style = """
        svg text { font: 13px system-ui, sans-serif; fill: var(--soft); } svg .name, svg .value { fill: var(--ink); } svg .value { font-variant-numeric: tabular-nums; }
        svg .axis, svg .grid, svg polyline, svg .whisker { fill: none; } svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--rule); }
        svg polyline { stroke-width: 2; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
        """;

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="label">What the chart shows, for who cannot see it.</param>
    public static string Svg(int height, string label, StringBuilder inside) =>
        Text($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Html(label)}\">\n{inside}</svg>\n");

    /// <summary>Names beside their colours, in rows of four.</summary>
    /// <returns>The height that they take.</returns>
    public static int Legend(StringBuilder svg, int left, int top, IReadOnlyList<(string Name, string Colour)> names)
    {
        const int Across = 165, Down = 20, Columns = 4;
        for (var i = 0; i < names.Count; i++)
        {
            var (x, y) = (left + i % Columns * Across, top + i / Columns * Down);
            svg.Append(Text($"<circle cx=\"{x + 5}\" cy=\"{y - 4}\" r=\"5\" fill=\"{names[i].Colour}\"/><text class=\"name\" x=\"{x + 16}\" y=\"{y}\">{Html(names[i].Name)}</text>\n"));
        }
        return (names.Count + Columns - 1) / Columns * Down;
    }

    /// <summary>Vertical lines with numbers under them, and what they are of.</summary>
    public static void Across(StringBuilder svg, Axis axis, string of, int left, int right, int top, int bottom)
    {
        foreach (var tick in axis.Ticks)
        {
            var x = left + tick / axis.Top * (right - left);
            svg.Append(Text($"<path class=\"grid\" d=\"M{x:0.0} {top}V{bottom}\"/><text x=\"{x:0.0}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{axis.Text(tick)}</text>\n"));
        }
        svg.Append(Text($"<text x=\"{right}\" y=\"{bottom + 36}\" text-anchor=\"end\">{Html(of)}</text>\n"));
    }
}
