using System.Text.Json.Serialization;
using CodeExit.Evaluation.Machine;

namespace CodeExit.Evaluation.Speed;

/// <summary>Milliseconds to the first token of a suggestion.</summary>
/// <param name="Cold">From opening the model on; process start not included.</param>
/// <param name="Warm">Model resident, nothing of the prompt in the cache.</param>
/// <param name="Typing">Model resident, all but the last four prompt tokens in the cache.</param>
public sealed record FirstSuggestion(double Cold, double Warm, double Typing);

/// <summary>What one run of the benchmark saw, before it is held against the machine. Medians.</summary>
public sealed record SpeedMeasurement(
    string Model, ModelWork Work, string Precision, int Threads, double BytesPerWeight,
    int PrefillTokens, double PrefillSeconds, int DecodeTokens, double DecodeSeconds, FirstSuggestion FirstSuggestion)
{
    /// <summary>Null where the model's parts cannot be timed.</summary>
    public BatchCost? BatchCost { get; init; }
}

/// <summary>The result of <c>bench speed</c>; its JSON names are the contract of DESIGN section 5, with the limits added.</summary>
/// <param name="BytesPerToken">Bytes of weights read for one decoded token.</param>
/// <param name="BandwidthShare">Of the measured read bandwidth, what decoding moved; 1 is the limit itself. Above 1 where weights stay in a cache.</param>
/// <param name="PeakShare">Of the measured F32 multiply-add peak, what prefill reached.</param>
/// <param name="EncodeMBPerSecond">Speed of the model's tokenizer on one thread; null where the folder has none.</param>
public sealed record SpeedReport(
    string Model,
    long Parameters,
    string Precision,
    int Threads,
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
    int MachineThreads,
    double LastLevelCacheMB,
    double ReadBandwidthGBs,
    double CopyBandwidthGBs,
    double FmaPeakGflops,
    double? EncodeMBPerSecond)
{
    /// <summary>Null where the model's parts cannot be timed.</summary>
    public BatchCost? BatchCost { get; init; }

    /// <summary>Holds a measurement against what the machine can do.</summary>
    /// <param name="encodeBytesPerSecond">Of the model's tokenizer; null where it has none.</param>
    public static SpeedReport Of(SpeedMeasurement measurement, MachineCapability machine, double? encodeBytesPerSecond = null)
    {
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
            decodeRate * bytes / machine.ReadBandwidth,
            operations / measurement.PrefillSeconds / machine.FmaPeak,
            measurement.FirstSuggestion,
            measurement.PrefillTokens,
            measurement.DecodeTokens,
            operations / measurement.PrefillSeconds / 1e9,
            decodeRate * bytes / 1e9,
            measurement.PrefillTokens * machine.FmaPeak / operations,
            machine.ReadBandwidth / bytes,
            machine.Threads,
            machine.LastLevelCacheBytes / (double)(1 << 20),
            machine.ReadBandwidth / 1e9,
            machine.CopyBandwidth / 1e9,
            machine.FmaPeak / 1e9,
            encodeBytesPerSecond / 1e6)
        {
            BatchCost = measurement.BatchCost,
        };
    }

    /// <summary>Whether the weights fit the last-level cache, so that memory bandwidth is no limit for them.</summary>
    [JsonIgnore]
    public bool FitsCache => BytesPerToken < LastLevelCacheMB * (1 << 20);
}
