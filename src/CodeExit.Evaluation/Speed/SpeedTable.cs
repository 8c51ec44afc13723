using System.Globalization;
using CodeExit.Evaluation.Reports;

namespace CodeExit.Evaluation.Speed;

/// <summary>One line of the table that a person reads.</summary>
public sealed record SpeedRow(string What, string Measured, string Limit, string Share);

/// <summary>The report as rows: each speed beside what this machine could do at best.</summary>
public static class SpeedTable
{
    public static IReadOnlyList<SpeedRow> Rows(SpeedReport report) =>
    [
        new($"decode, {report.DecodeTokens} tokens", Speed(report.DecodeTokensPerSecond), Speed(report.DecodeLimitTokensPerSecond), Percent(report.BandwidthShare)),
        new("  memory read", Text($"{report.DecodeGBs:0.0} GB/s"), Text($"{report.ReadBandwidthGBs ?? report.CopyBandwidthGBs:0.0} GB/s"), ""),
        new("  per token", Text($"{report.BytesPerToken / 1e6:0.0} MB"), "", ""),
        new($"prefill, {report.PrefillTokens} tokens", Speed(report.PrefillTokensPerSecond), Speed(report.PrefillLimitTokensPerSecond), Percent(report.PeakShare)),
        new("  arithmetic", Text($"{report.PrefillGflops:0} GFLOP/s"), Text($"{report.FmaPeakGflops:0} GFLOP/s"), ""),
        new("first suggestion, cold", Milliseconds(report.FirstSuggestionMs.Cold), "", ""),
        new("first suggestion, warm", Milliseconds(report.FirstSuggestionMs.Warm), "", ""),
        new("first suggestion, typing", Milliseconds(report.FirstSuggestionMs.Typing), "", ""),
        new("encode text, one thread", report.EncodeMBPerSecond is { } speed ? Text($"{speed:0.0} MB/s") : "no tokenizer", "", ""),
        .. report.BatchCost is { } cost ? BatchRows(cost) : [],
        new("copy bandwidth", "", Text($"{report.CopyBandwidthGBs:0.0} GB/s"), ""),
        .. report.Gpu is { } device ? DeviceRows(device) : [],
        .. report.Joules is { } joules ? JouleRows(joules) : [],
    ];

    private static IEnumerable<SpeedRow> DeviceRows(DeviceReport device) =>
    [
        new("moved in its memory for a token", Text($"{device.MemoryBytesPerToken / 1e6:0.0} MB"), Text($"{device.LeastMemoryBytesPerToken / 1e6:0.0} MB"), Text($"{device.MemoryOverLeast:0.000} × least")),
        new("between host and device for a token", Text($"{device.HostBytesPerToken:#,0} bytes"), "", ""),
        new("launches for a token", Text($"{device.LaunchesPerToken:0.#}"), "", device.LaunchesPerLayer is { } each ? Text($"{each:0.##} a layer + {device.LaunchesOutsideLayers:0.##}") : ""),
        new("a launch, queued and waited for", Text($"{device.LaunchUs:0.0} and {device.LaunchAndWaitUs:0.0} µs"), "", ""),
        new($"first token of {device.FirstTokenPrompt} prompt tokens", Milliseconds(device.FirstTokenMs), "", ""),
        .. device.Depths.Select(point => new SpeedRow($"a token through {point.Layers} layers", Text($"{point.MsPerToken:0.000} ms"), "", "")),
        .. device.MsLine is { } line
            ? [new SpeedRow("  a straight line", Text($"{line.Outside:0.000} + {line.PerLayer:0.0000} ms × layers"), "", Text($"R² {line.RSquared:0.0000}"))]
            : Array.Empty<SpeedRow>(),
        new("floor of a token: memory, arithmetic, launches", "", Text($"{device.FloorMs.Memory:0.000}, {device.FloorMs.Arithmetic:0.000}, {device.FloorMs.Launches:0.000} ms"), ""),
    ];

    private static IEnumerable<SpeedRow> JouleRows(TokenJoules joules) =>
    [
        .. joules.Points.Select(point => new SpeedRow(
            $"joules of a token, {point.Layers} layers", Text($"{EnergyWords.Figures(point.JoulesPerToken)} J net, {EnergyWords.Figures(point.GrossJoulesPerToken)} gross"), "", Text($"{point.Watts:0} W"))),
        new("  how they came about", joules.Label, "", joules.Scope),
    ];

    private static SpeedRow[] BatchRows(BatchCost cost) =>
    [
        new("layers, 2, 4, 8 at once", Costs(cost.Layers), "", ""),
        new("head, 2, 4, 8 at once", Costs(cost.Head), "", ""),
    ];

    private static string Costs(IReadOnlyList<double> costs) => Text($"{costs[1]:0.00} {costs[3]:0.00} {costs[7]:0.00} × one");

    private static string Speed(double value) => value < 100 ? Text($"{value:0.0} tok/s") : Text($"{value:#,0} tok/s");

    private static string Percent(double share) => Text($"{share * 100:0} %");

    private static string Milliseconds(double value) => Text($"{value:0.0} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
