using System.Text;
using static CodeExit.Evaluation.Reports.Charts;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <param name="Seconds">Of each moment.</param>
/// <param name="Depths">Null where nothing ran.</param>
internal sealed record TimeLineRow(string Name, IReadOnlyList<double> Seconds, IReadOnlyList<double> Watts, IReadOnlyList<double?> Depths);

/// <summary>A strip for each row, all on one scale: power as an area, depth as dots above it.</summary>
internal static class TimeLineChart
{
    private const int Left = 130, Right = 685, Strip = 104, PowerHeight = 48, DepthHeight = 34;
    private const string PowerColour = "#3b6fb6", DepthColour = "#b4552d";

    /// <param name="layers">At full depth.</param>
    public static string Svg(string title, int layers, IReadOnlyList<TimeLineRow> rows)
    {
        var power = Axis.UpTo(rows.Max(row => row.Watts.Max()));
        var time = Axis.UpTo(rows.Max(row => row.Seconds[^1]));
        double X(double seconds) => Left + seconds / time.Top * (Right - Left);

        var svg = new StringBuilder();
        var bottom = rows.Count * Strip;
        Charts.Across(svg, time, "seconds of typing", Left, Right, 8, bottom);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            var (depthTop, floor) = (index * Strip + 10, (index + 1) * Strip - 6);
            var powerTop = floor - PowerHeight;
            svg.Append(Text($"<text class=\"name\" x=\"0\" y=\"{floor - 26}\">{Html(row.Name.Length <= 14 ? row.Name : row.Name[..13] + "…")}<title>{Html(row.Name)}</title></text>\n"));
            svg.Append(Text($"<text x=\"{Left - 8}\" y=\"{powerTop + 6}\" text-anchor=\"end\">{power.Text(power.Top)} W</text><text x=\"{Left - 8}\" y=\"{floor}\" text-anchor=\"end\">0</text>\n"));
            svg.Append(Text($"<text x=\"{Right + 8}\" y=\"{depthTop + 6}\">{layers} layers</text><text x=\"{Right + 8}\" y=\"{depthTop + DepthHeight}\">0</text>\n"));
            var line = string.Concat(row.Seconds.Zip(row.Watts, (seconds, watts) => Text($"L{X(seconds):0.0} {floor - watts / power.Top * PowerHeight:0.0}")));
            svg.Append(Text($"<path d=\"M{X(row.Seconds[0]):0.0} {floor}{line}V{floor}Z\" fill=\"{PowerColour}\"/>\n"));
            foreach (var (seconds, depth) in row.Seconds.Zip(row.Depths))
            {
                if (depth is { } layer) svg.Append(Text($"<circle cx=\"{X(seconds):0.0}\" cy=\"{depthTop + DepthHeight - layer / layers * DepthHeight:0.0}\" r=\"2.5\" fill=\"{DepthColour}\"/>"));
            }
            svg.Append(Text($"\n<path class=\"axis\" d=\"M{Left} {floor}H{Right}\"/><path class=\"grid\" d=\"M{Left} {depthTop + DepthHeight}H{Right}\"/>\n"));
        }
        var height = bottom + 48 + Legend(svg, Left, bottom + 58, [("power, idle in it", PowerColour), ("mean depth of tokens", DepthColour)]);
        return Charts.Svg(height, title, svg);
    }
}
