using System.Globalization;
using CodeExit.Evaluation.Replay;

namespace CodeExit.Cli.Output;

/// <summary>The replay report for a person.</summary>
internal static class ReplayView
{
    private static readonly string[] Shown =
        ["setting", "requests", "shown", "accepted", "J / request", "J / shown", "J / accepted char", "wasted", "key to text p50", "p95", "prompt reused", "from cache"];

    public static void Write(CliHost host, ReplayReport report)
    {
        host.Out.WriteLine(report.FirstLine);
        var title = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model} on the {report.Device}: {report.Trace.Characters} characters typed in {report.Trace.Files} files, {report.Trace.Seconds:0} s of typing; joules net of idle, {report.Label}");
        BenchTable.Write(host, title, ReplayTable.Columns, Shown, report.Settings.Select(ReplayTable.Row));
        if (report.Noise is { } noise) host.Out.WriteLine(noise);
        if (report.Doubt is { } doubt) host.Out.WriteLine(doubt);
    }
}
