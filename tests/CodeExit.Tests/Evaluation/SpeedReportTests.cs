using System.Text.Json;
using CodeExit.Evaluation.Machine;
using CodeExit.Evaluation.Speed;

namespace CodeExit.Tests.Evaluation;

public class SpeedReportTests
{
    // 1,000 weights in blocks and 200 in the head at 2 bytes: 2,400 bytes a token.
    private static readonly ModelWork Work = new(Parameters: 1500, BlockWeights: 1000, HeadWeights: 200, AttentionWidth: 8);

    private static readonly SpeedMeasurement Measurement = new(
        "m<1>", Work, "bf16", 2, BytesPerWeight: 2,
        PrefillTokens: 4, PrefillSeconds: 0.5, DecodeTokens: 64, DecodeSeconds: 2, new FirstSuggestion(100, 20, 3),
        new MachineCapability(2, 1 << 20, ReadBandwidth: 96_000, CopyBandwidth: 50_000, FmaPeak: 34_880));

    [Fact]
    public void PrefillOperations_OfAShape_CountsProjectionsCausalPairsAndOneHead()
    {
        // 2·1000·4 + 4·8·(1+2+3+4) + 2·200
        Assert.Equal(8000 + 320 + 400, Work.PrefillOperations(4));
    }

    [Fact]
    public void Of_Measurement_HoldsSpeedsAgainstTheirLimits()
    {
        var report = SpeedReport.Of(Measurement);

        Assert.Equal(32, report.DecodeTokensPerSecond, 9);
        Assert.Equal(2400, report.BytesPerToken);
        Assert.Equal(0.8, report.BandwidthShare, 9); // 32 · 2400 of 96,000 bytes/s
        Assert.Equal(40, report.DecodeLimitTokensPerSecond, 9);
        Assert.Equal(8, report.PrefillTokensPerSecond, 9);
        Assert.Equal(0.5, report.PeakShare, 9); // 8720 / 0.5 s of 34,880 per second
        Assert.Equal(16, report.PrefillLimitTokensPerSecond, 9);
        Assert.True(report.FitsCache);
    }

    [Fact]
    public void Json_Report_BeginsWithTheFieldsOfTheContract()
    {
        using var document = JsonDocument.Parse(SpeedJson.Text(SpeedReport.Of(Measurement)));
        var names = document.RootElement.EnumerateObject().Select(property => property.Name).ToArray();
        Assert.Equal(
            [
                "model", "parameters", "precision", "threads", "prefillTokensPerSecond", "decodeTokensPerSecond", "bytesPerToken", "bandwidthShare",
                "peakShare", "firstSuggestionMs",
            ],
            names[..10]);
        var first = document.RootElement.GetProperty("firstSuggestionMs");
        Assert.Equal(100, first.GetProperty("cold").GetDouble());
        Assert.Equal(20, first.GetProperty("warm").GetDouble());
        Assert.DoesNotContain("fitsCache", names);
    }

    [Fact]
    public void Json_BatchCost_IsThereWhereItWasMeasured()
    {
        var measured = Measurement with { BatchCost = new BatchCost([1, 1.5], [1, 1.25]) };
        using var document = JsonDocument.Parse(SpeedJson.Text(SpeedReport.Of(measured)));

        var cost = document.RootElement.GetProperty("batchCost");
        Assert.Equal(1.5, cost.GetProperty("layers")[1].GetDouble());
        Assert.Equal(1.25, cost.GetProperty("head")[1].GetDouble());
    }

    [Fact]
    public void Html_Report_IsOneSelfContainedPage()
    {
        var page = SpeedHtml.Page(SpeedReport.Of(Measurement));

        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.Contains("m&lt;1&gt;", page, StringComparison.Ordinal);
        Assert.Contains("80 %", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        var svg = page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)];
        System.Xml.Linq.XDocument.Parse(svg); // well-formed
    }

    [Fact]
    public void Rows_OfTheTable_ShowEachSpeedBesideItsLimit()
    {
        var rows = SpeedTable.Rows(SpeedReport.Of(Measurement));
        Assert.Contains(new SpeedRow("decode, 64 tokens", "32.0 tok/s", "40.0 tok/s", "80 %"), rows);
        Assert.Contains(new SpeedRow("prefill, 4 tokens", "8.0 tok/s", "16.0 tok/s", "50 %"), rows);
    }
}
