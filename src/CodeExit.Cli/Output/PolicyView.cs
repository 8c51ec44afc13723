using System.Globalization;
using CodeExit.Evaluation.Policies;

namespace CodeExit.Cli.Output;

/// <summary>The policy report for a person: the columns that a terminal holds.</summary>
internal static class PolicyView
{
    private static readonly string[] Shown = ["policy", "exact", "edit sim.", "sim. to full", "share", "work", "per token", "probes", "joules", "accepted"];

    public static void Write(CliHost host, PolicyReport report)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{report.Model} on the {report.Device}: {report.Tasks} tasks, beside full depth with a KV cache; joules: {report.Policies[0].Label}");
        string[] shown = [.. Shown.Where(column => PolicyTable.Shows(report, column))];
        BenchTable.Write(host, title, PolicyTable.Columns, shown, report.Policies.Select(PolicyTable.Row));
    }
}
