using System.Globalization;
using System.Text;
using static CodeExit.Evaluation.Reports.HtmlPage;

namespace CodeExit.Evaluation.Reports;

/// <summary>Rows of numbers on a page, wider than it where they must be.</summary>
internal static class HtmlTable
{
    public const string Style = """
        .wide { overflow-x: auto; } table { font-size: .82rem; } td { white-space: nowrap; }
        th, td { text-align: right; padding: .3rem .5rem .3rem 0; vertical-align: top; } th:first-child, td:first-child { text-align: left; }
        """;

    public static void Append(StringBuilder page, IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        page.Append("<div class=\"wide\"><table>\n<tr>");
        foreach (var column in columns) page.Append(CultureInfo.InvariantCulture, $"<th>{Html(column)}</th>");
        page.Append("</tr>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var cell in row) page.Append(CultureInfo.InvariantCulture, $"<td>{Html(cell)}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</table></div>\n");
    }
}
