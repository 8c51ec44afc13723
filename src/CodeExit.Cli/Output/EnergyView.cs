using System.Globalization;
using CodeExit.Evaluation.Energy;

namespace CodeExit.Cli.Output;

/// <summary>The energy report for a person.</summary>
internal static class EnergyView
{
    private static readonly string[] Shown =
        ["setting", "joules of a suggestion", "of a token", "to full, paired", "W", "ms / suggestion", "edit sim.", "sim. to full", "layers"];

    public static void Write(CliHost host, EnergyReport report)
    {
        host.Out.WriteLine(report.FirstLine);
        var title = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model} on the {report.Device}: {report.Trials} windows of {report.WindowSeconds:0.#} s or more each, net of idle, {report.Label}; {report.Confidence * 100:0.#} % intervals ({report.IntervalMethod})");
        BenchTable.Write(host, title, EnergyTable.Columns, Shown, report.Settings.Select(EnergyTable.Row));
        foreach (var line in report.Savings) host.Out.WriteLine(line);
        if (report.Doubt is { } doubt) host.Out.WriteLine(doubt);
    }
}
