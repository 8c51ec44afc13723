using System.Text;
using static CodeExit.Evaluation.Reports.Charts;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <param name="Parts">One after the other, in the order of the chart's names; negative ones are left out.</param>
/// <param name="Value">The number in words, at the end of the bar.</param>
/// <param name="Spread">Where the end of the bar may lie; null for none.</param>
internal sealed record Bar(string Name, IReadOnlyList<double> Parts, string Value, Interval? Spread = null);

/// <summary>A lying bar for each row, in one part or in several.</summary>
internal static class BarChart
{
    private const int Left = 130, Right = 590, Top = 8, Row = 38, Thick = 22;

    /// <param name="across">What the bars measure, with its unit.</param>
    /// <param name="parts">Names of a bar's parts; none where it has only one.</param>
    public static string Svg(string title, string across, IReadOnlyList<(string Name, string Colour)> parts, IReadOnlyList<Bar> bars)
    {
        var axis = Axis.UpTo(bars.Max(bar => Math.Max(bar.Parts.Sum(part => Math.Max(0, part)), bar.Spread?.High ?? 0)));
        double Scale(double value) => Math.Max(0, value) / axis.Top * (Right - Left);

        var svg = new StringBuilder();
        var bottom = Top + bars.Count * Row;
        Charts.Across(svg, axis, across, Left, Right, Top, bottom);
        for (var row = 0; row < bars.Count; row++)
        {
            var (bar, top, end) = (bars[row], Top + row * Row + (Row - Thick) / 2, (double)Left);
            svg.Append(Text($"<text class=\"name\" x=\"{Left - 10}\" y=\"{top + 16}\" text-anchor=\"end\">{Html(Short(bar.Name))}<title>{Html(bar.Name)}</title></text>\n"));
            for (var part = 0; part < bar.Parts.Count; part++)
            {
                var (colour, name) = parts.Count > 0 ? (parts[part].Colour, $"{bar.Name}: {parts[part].Name}") : (Colours[0], bar.Name);
                svg.Append(Text($"<rect x=\"{end:0.0}\" y=\"{top}\" width=\"{Scale(bar.Parts[part]):0.0}\" height=\"{Thick}\" fill=\"{colour}\"><title>{Html(name)} {bar.Parts[part]:0.####}</title></rect>\n"));
                end += Scale(bar.Parts[part]);
            }
            if (bar.Spread is { } spread)
            {
                var (low, high, middle) = (Left + Scale(spread.Low), Left + Scale(spread.High), top + Thick / 2);
                svg.Append(Text($"<path class=\"whisker\" d=\"M{low:0.0} {middle}H{high:0.0}M{low:0.0} {middle - 5}V{middle + 5}M{high:0.0} {middle - 5}V{middle + 5}\"/>\n"));
                end = Math.Max(end, high);
            }
            svg.Append(Text($"<text class=\"value\" x=\"{end + 10:0.0}\" y=\"{top + 16}\">{Html(bar.Value)}</text>\n"));
        }
        svg.Append(Text($"<path class=\"axis\" d=\"M{Left} {Top}V{bottom}\"/>\n"));
        var seen = parts.Where((_, part) => bars.Any(bar => bar.Parts[part] > 0)).ToArray();
        return Charts.Svg(bottom + 48 + Legend(svg, Left, bottom + 58, seen), title, svg);
    }

    private static string Short(string name) => name.Length <= 18 ? name : name[..17] + "…";
}
