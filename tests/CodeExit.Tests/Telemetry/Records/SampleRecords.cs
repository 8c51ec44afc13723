using CodeExit.Telemetry;
using CodeExit.Telemetry.Records;

namespace CodeExit.Tests.Telemetry.Records;

/// <summary>Records of requests that never were.</summary>
internal static class SampleRecords
{
    public static RequestRecord Record(long id, double? joules = 1, RequestOutcome outcome = RequestOutcome.Suggested, EnergyLabel label = EnergyLabel.MeasuredCounter) => new()
    {
        Id = id,
        At = DateTimeOffset.UnixEpoch.AddSeconds(id),
        Outcome = outcome,
        Model = "default",
        Device = "cpu",
        Policy = "price:0.02,kv=propagate",
        Mode = "balanced",
        PromptTokens = 90,
        PromptTokensReused = 80,
        Tokens = 12,
        Characters = 31,
        Layers = 96,
        TotalMs = 61.25,
        FirstTokenMs = 40.5,
        PrefillMs = 38,
        DecodeMs = 20.75,
        Energy = new EnergyMeasurement(joules, joules * 0.75, label, "rapl:package-0", "cpu-package", TimeSpan.FromMilliseconds(60)) { IdleWatts = 4.5 },
    };
}
