using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>A benchmark's rows as a table: a name, and numbers.</summary>
internal static class BenchTable
{
    /// <param name="shown">Of the columns, those that a terminal holds.</param>
    public static void Write(CliHost host, string title, IReadOnlyList<string> columns, string[] shown, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).Title(title.EscapeMarkup());
        foreach (var column in shown) table.AddColumn(new TableColumn(column.EscapeMarkup()).RightAligned());
        table.Columns[0].LeftAligned().NoWrap();
        foreach (var row in rows)
        {
            var cells = columns.Zip(row).Where(cell => shown.Contains(cell.First));
            table.AddRow([.. cells.Select(cell => cell.Second.EscapeMarkup())]);
        }
        SpectreOutput.Console(host).Write(table);
    }
}
