using System.Globalization;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Cli.Output;

/// <summary>Watts line by line, a column for each source, as vmstat does: it works in a pipe and leaves its history on the screen.</summary>
internal sealed class PowerWatchView
{
    private readonly TextWriter _output;
    private readonly int[] _widths;

    public PowerWatchView(TextWriter output, IReadOnlyList<EnergySourceInfo> sources)
    {
        _output = output;
        _widths = [.. sources.Select(source => Math.Max(source.Id.Length, 8))];
        output.WriteLine("     s  " + string.Join("  ", sources.Select((source, column) => source.Id.PadLeft(_widths[column]))));
        output.WriteLine("        " + string.Join("  ", sources.Select((source, column) => "W".PadLeft(_widths[column]))));
    }

    public void Write(TimeSpan since, IReadOnlyList<EnergyMeasurement> measured)
    {
        var cells = measured.Select((each, column) => Cell(each).PadLeft(_widths[column]));
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{since.TotalSeconds,6:0}  {string.Join("  ", cells)}"));
        _output.Flush();
    }

    private static string Cell(EnergyMeasurement measured) =>
        (measured.Joules / measured.Window.TotalSeconds)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–";
}
