using System.Text;
using static CodeExit.Evaluation.Reports.Charts;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <param name="Name">Shown when pointed at; beside the point too where <paramref name="IsLabelled"/>.</param>
/// <param name="Spread">Where the value across may lie; null for none.</param>
internal sealed record CurvePoint(string Name, double Across, double Up, (double Low, double High)? Spread = null, bool IsLabelled = false);

/// <param name="Name">In the legend; empty for none.</param>
internal sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points);

/// <summary>Points joined to curves, from the left to the right.</summary>
internal static class CurveChart
{
    private const int Left = 56, Right = 700, Top = 28, Bottom = 340;

    /// <param name="across">What is measured from left to right, with its unit.</param>
    /// <param name="up">What is measured upwards.</param>
    public static string Svg(string title, string across, string up, IReadOnlyList<Curve> curves)
    {
        var points = curves.SelectMany(curve => curve.Points).ToArray();
        var (x, y) = (Axis.UpTo(points.Max(point => point.Spread?.High ?? point.Across)), Axis.UpTo(points.Max(point => point.Up)));
        double X(double value) => Left + Math.Max(0, value) / x.Top * (Right - Left);
        double Y(double value) => Bottom - Math.Max(0, value) / y.Top * (Bottom - Top);

        var svg = new StringBuilder();
        Charts.Across(svg, x, across, Left, Right, Top, Bottom);
        foreach (var tick in y.Ticks)
            svg.Append(Text($"<path class=\"grid\" d=\"M{Left} {Y(tick):0.0}H{Right}\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.0}\" text-anchor=\"end\">{y.Text(tick)}</text>\n"));
        svg.Append(Text($"<path class=\"axis\" d=\"M{Left} {Top}V{Bottom}H{Right}\"/><text x=\"{Left - 40}\" y=\"{Top - 12}\">{Html(up)}</text>\n"));
        for (var i = 0; i < curves.Count; i++)
        {
            var colour = Colours[i % Colours.Count];
            var ordered = curves[i].Points.OrderBy(point => point.Across).ToArray();
            var line = string.Join(' ', ordered.Select(point => Text($"{X(point.Across):0.0},{Y(point.Up):0.0}")));
            svg.Append(Text($"<polyline points=\"{line}\" stroke=\"{colour}\"/>\n"));
            foreach (var point in ordered)
            {
                if (point.Spread is { } spread) svg.Append(Text($"<path class=\"whisker\" d=\"M{X(spread.Low):0.0} {Y(point.Up):0.0}H{X(spread.High):0.0}\"/>"));
                svg.Append(Text($"<circle cx=\"{X(point.Across):0.0}\" cy=\"{Y(point.Up):0.0}\" r=\"5\" fill=\"{colour}\"><title>{Html(point.Name)}</title></circle>\n"));
            }
            AppendLabels(svg, ordered, X, Y);
        }
        var names = curves.Select((curve, index) => (curve.Name, Colours[index % Colours.Count])).Where(each => each.Name.Length > 0).ToArray();
        return Charts.Svg(Bottom + 48 + Legend(svg, Left, Bottom + 58, names), title, svg);
    }

    /// <summary>Above and below in turns: neighbours are often near each other.</summary>
    private static void AppendLabels(StringBuilder svg, CurvePoint[] points, Func<double, double> x, Func<double, double> y)
    {
        for (var i = 0; i < points.Length; i++)
        {
            if (!points[i].IsLabelled) continue;
            var (at, anchor) = (x(points[i].Across), x(points[i].Across) > (Left + Right) / 2 ? "end" : "start");
            svg.Append(Text($"<text class=\"name\" x=\"{at:0.0}\" y=\"{y(points[i].Up) + (i % 2 == 0 ? -12 : 22):0.0}\" text-anchor=\"{anchor}\">{Html(points[i].Name)}</text>\n"));
        }
    }
}
