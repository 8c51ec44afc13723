using System.Globalization;
using CodeExit.Evaluation.Speed;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>The speed report for a person.</summary>
internal static class SpeedView
{
    public static void Write(CliHost host, SpeedReport report)
    {
        var console = SpectreOutput.Console(host);
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.Title(string.Create(CultureInfo.InvariantCulture, $"{report.Model.EscapeMarkup()}: {report.Parameters / 1e6:0.0} M parameters, {report.Precision}, {report.RanOn.EscapeMarkup()}"));
        table.AddColumn("");
        table.AddColumn(new TableColumn("measured").RightAligned());
        table.AddColumn(new TableColumn("limit").RightAligned());
        table.AddColumn(new TableColumn("share").RightAligned());
        foreach (var row in SpeedTable.Rows(report))
        {
            table.AddRow(row.What.EscapeMarkup(), $"[bold]{row.Measured.EscapeMarkup()}[/]", row.Limit.EscapeMarkup(), row.Share.EscapeMarkup());
        }
        console.Write(table);
        if (report.FitsCache) console.WriteLine("The weights fit the last-level cache: memory bandwidth is no limit for decode here.");
    }
}
