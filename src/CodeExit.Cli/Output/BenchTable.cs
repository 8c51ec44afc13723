using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>A benchmark's rows as a table: names left, numbers right.</summary>
internal static class BenchTable
{
    /// <param name="names">Columns at the start that hold no numbers.</param>
    public static void Write(CliHost host, string title, IReadOnlyList<string> columns, int names, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).Title(title.EscapeMarkup());
        foreach (var column in columns) table.AddColumn(new TableColumn(column.EscapeMarkup()).RightAligned());
        foreach (var name in table.Columns.Take(names)) name.LeftAligned();
        foreach (var row in rows) table.AddRow([.. row.Select(cell => cell.EscapeMarkup())]);
        SpectreOutput.Console(host).Write(table);
    }
}
