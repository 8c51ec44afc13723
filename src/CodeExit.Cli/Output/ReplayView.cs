using System.Globalization;
using CodeExit.Evaluation.Replay;

namespace CodeExit.Cli.Output;

/// <summary>The replay report for a person.</summary>
internal static class ReplayView
{
    public static void Write(CliHost host, ReplayReport report)
    {
        host.Out.WriteLine(report.FirstLine);
        var title = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model}: {report.Trace.Characters} characters typed in {report.Trace.Files} files, {report.Trace.Seconds:0} s of typing; joules net of idle");
        BenchTable.Write(host, title, ReplayTable.Columns, names: 2, report.Settings.Select(ReplayTable.Row));
        if (report.Doubt is { } doubt) host.Out.WriteLine(doubt);
    }
}
