using System.Globalization;
using CodeExit.Training;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>What was learned, for a person.</summary>
internal static class TuneView
{
    public static void Write(CliHost host, TuneReport report, string path)
    {
        var console = SpectreOutput.Console(host);
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in (string[])["exit", "agrees", "with the shared head", "right", "regret"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var exit in report.Exits)
        {
            table.AddRow($"{exit.Layer}", Percent(exit.Agreement), Percent(exit.SharedAgreement), Percent(exit.Accuracy), exit.Regret.ToString("0.000", CultureInfo.InvariantCulture));
        }
        host.Out.WriteLine($"On {report.Tokens} tokens of texts that were not learned from; agreement is with full depth, right is what the text says:");
        console.Write(table);
        host.Out.WriteLine($"written to {path}");
        host.Out.WriteLine("what the policies are worth: codeexit bench policies; for modes with a promise: codeexit calibrate");
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
