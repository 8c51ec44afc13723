using System.Globalization;
using CodeExit.Evaluation.Policies;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>The policy report for a person: the columns that a terminal holds.</summary>
internal static class PolicyView
{
    private static readonly string[] Shown = ["policy", "exact", "edit sim.", "sim. to full", "share", "work", "per token", "probes", "joules", "accepted", "label"];

    public static void Write(CliHost host, PolicyReport report)
    {
        var console = SpectreOutput.Console(host);
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.Title(string.Create(CultureInfo.InvariantCulture, $"{report.Model.EscapeMarkup()}: {report.Tasks} tasks, beside full depth with a KV cache"));
        var shown = Shown.Where(column => PolicyTable.Shows(report, column)).ToArray();
        foreach (var column in shown) table.AddColumn(new TableColumn(column.EscapeMarkup()).RightAligned());
        table.Columns[0].LeftAligned();
        foreach (var result in report.Policies)
        {
            var cells = PolicyTable.Columns.Zip(PolicyTable.Row(result)).Where(cell => shown.Contains(cell.First));
            table.AddRow([.. cells.Select(cell => cell.Second.EscapeMarkup())]);
        }
        console.Write(table);
    }
}
