using System.Text.Json.Serialization;

namespace CodeExit.Evaluation.Speed;

/// <summary>The result of <c>bench speed</c>; its JSON names are the contract of DESIGN section 5, with the limits added.</summary>
/// <param name="BytesPerToken">Bytes of weights read for one decoded token.</param>
/// <param name="Threads">Null where the processor does not compute.</param>
/// <param name="BandwidthShare">
/// Of the measured read bandwidth (on a device of its own: of its copy bandwidth), what decoding moved; 1 is the limit itself. Above 1 where
/// weights stay in a cache.
/// </param>
/// <param name="PeakShare">Of the measured F32 multiply-add peak, what prefill reached.</param>
/// <param name="EncodeMBPerSecond">Speed of the model's tokenizer on one thread; null where the folder has none.</param>
public sealed record SpeedReport(
    string Model,
    long Parameters,
    string Precision,
    int? Threads,
    double PrefillTokensPerSecond,
    double DecodeTokensPerSecond,
    long BytesPerToken,
    double BandwidthShare,
    double PeakShare,
    FirstSuggestion FirstSuggestionMs,
    int PrefillTokens,
    int DecodeTokens,
    double PrefillGflops,
    double DecodeGBs,
    double PrefillLimitTokensPerSecond,
    double DecodeLimitTokensPerSecond,
    int? MachineThreads,
    double? LastLevelCacheMB,
    double? ReadBandwidthGBs,
    double CopyBandwidthGBs,
    double FmaPeakGflops,
    double? EncodeMBPerSecond)
{
    /// <summary>"cpu" or "gpu".</summary>
    public string Device => Card is null ? "cpu" : "gpu";

    /// <summary>The device that ran the model, for a person; null for the processor.</summary>
    public string? Card { get; init; }

    /// <summary>Null where the model's parts cannot be timed.</summary>
    public BatchCost? BatchCost { get; init; }

    /// <summary>Null on the processor.</summary>
    public DeviceReport? Gpu { get; init; }

    /// <summary>Null where joules were not asked for.</summary>
    public TokenJoules? Joules { get; init; }

    /// <summary>Holds a measurement against what the machine can do.</summary>
    /// <param name="encodeBytesPerSecond">Of the model's tokenizer; null where it has none.</param>
    public static SpeedReport Of(SpeedMeasurement measurement, double? encodeBytesPerSecond = null)
    {
        var machine = measurement.Machine;
        var bytes = measurement.Work.BytesPerToken(measurement.BytesPerWeight);
        var decodeRate = measurement.DecodeTokens / measurement.DecodeSeconds;
        var operations = measurement.Work.PrefillOperations(measurement.PrefillTokens);
        return new SpeedReport(
            measurement.Model,
            measurement.Work.Parameters,
            measurement.Precision,
            measurement.Threads,
            measurement.PrefillTokens / measurement.PrefillSeconds,
            decodeRate,
            bytes,
            decodeRate * bytes / machine.Bandwidth,
            operations / measurement.PrefillSeconds / machine.FmaPeak,
            measurement.FirstSuggestion,
            measurement.PrefillTokens,
            measurement.DecodeTokens,
            operations / measurement.PrefillSeconds / 1e9,
            decodeRate * bytes / 1e9,
            measurement.PrefillTokens * machine.FmaPeak / operations,
            machine.Bandwidth / bytes,
            machine.Threads,
            machine.LastLevelCacheBytes / (double)(1 << 20),
            machine.ReadBandwidth / 1e9,
            machine.CopyBandwidth / 1e9,
            machine.FmaPeak / 1e9,
            encodeBytesPerSecond / 1e6)
        {
            Card = measurement.Card,
            BatchCost = measurement.BatchCost,
            Gpu = measurement.Device is { } device ? DeviceReport.Of(measurement, device) : null,
            Joules = measurement.Joules,
        };
    }

    /// <summary>Whether the weights fit the last-level cache, so that memory bandwidth is no limit for them.</summary>
    [JsonIgnore]
    public bool FitsCache => BytesPerToken < LastLevelCacheMB * (1 << 20); // of the processor: what other devices cache, drivers do not tell

    /// <summary>What ran the model, for a title: "2 threads".</summary>
    [JsonIgnore]
    public string RanOn => Card ?? $"{Threads} threads";
}
