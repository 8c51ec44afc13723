using System.Globalization;

namespace CodeExit.Evaluation.Speed;

/// <summary>One line of the table that a person reads.</summary>
public sealed record SpeedRow(string What, string Measured, string Limit, string Share);

/// <summary>The report as rows: each speed beside what this machine could do at best.</summary>
public static class SpeedTable
{
    public static IReadOnlyList<SpeedRow> Rows(SpeedReport report) =>
    [
        new($"decode, {report.DecodeTokens} tokens", Speed(report.DecodeTokensPerSecond), Speed(report.DecodeLimitTokensPerSecond), Percent(report.BandwidthShare)),
        new("  memory read", Text($"{report.DecodeGBs:0.0} GB/s"), Text($"{report.ReadBandwidthGBs:0.0} GB/s"), ""),
        new("  per token", Text($"{report.BytesPerToken / 1e6:0.0} MB"), "", ""),
        new($"prefill, {report.PrefillTokens} tokens", Speed(report.PrefillTokensPerSecond), Speed(report.PrefillLimitTokensPerSecond), Percent(report.PeakShare)),
        new("  arithmetic", Text($"{report.PrefillGflops:0} GFLOP/s"), Text($"{report.FmaPeakGflops:0} GFLOP/s"), ""),
        new("first suggestion, cold", Milliseconds(report.FirstSuggestionMs.Cold), "", ""),
        new("first suggestion, warm", Milliseconds(report.FirstSuggestionMs.Warm), "", ""),
        new("first suggestion, typing", Milliseconds(report.FirstSuggestionMs.Typing), "", ""),
        new("encode text, one thread", report.EncodeMBPerSecond is { } speed ? Text($"{speed:0.0} MB/s") : "no tokenizer", "", ""),
        .. report.BatchCost is { } cost ? BatchRows(cost) : [],
        new("copy bandwidth", "", Text($"{report.CopyBandwidthGBs:0.0} GB/s"), ""),
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
