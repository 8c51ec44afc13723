using System.Globalization;
using CodeExit.Evaluation.Policies;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>The policy report for a person.</summary>
internal static class PolicyView
{
    public static void Write(CliHost host, PolicyReport report)
    {
        var console = SpectreOutput.Console(host);
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.Title(string.Create(CultureInfo.InvariantCulture, $"{report.Model.EscapeMarkup()}: {report.Tasks} tasks, beside full depth with a KV cache"));
        foreach (var column in PolicyTable.Columns) table.AddColumn(new TableColumn(column.EscapeMarkup()).RightAligned());
        table.Columns[0].LeftAligned();
        foreach (var result in report.Policies) table.AddRow([.. PolicyTable.Row(result).Select(cell => cell.EscapeMarkup())]);
        console.Write(table);
    }
}
