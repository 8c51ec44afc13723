using System.Diagnostics;
using System.Diagnostics.Metrics;
using CodeExit.Telemetry.Records;

namespace CodeExit.Telemetry.Metrics;

/// <summary>
/// The instruments. Fed by settled requests only, so that they cost decoding nothing, and read devices never: between requests nobody does.
/// Every number of joules has its label as an attribute; what draws or adds them up has to keep labels apart.
/// </summary>
internal sealed class RequestMetrics : IDisposable
{
    // The buckets that the conventions ask for, s.
    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] FirstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly long[] TokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    // From a few tokens of a small model on a laptop to a long suggestion on a large card, J.
    private static readonly double[] JouleBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

    /// <summary>Older readings say nothing of now. A minute is how often metrics are exported, unless told otherwise.</summary>
    private static readonly TimeSpan OldestPower = TimeSpan.FromMinutes(1);

    private readonly Counter<double> _deviceEnergy;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _suggestionEnergy;
    private readonly Counter<long> _acceptedCharacters;

    /// <param name="power">What is known of each device's power by now, without asking it.</param>
    public RequestMetrics(EnergyTotals totals, Func<IReadOnlyList<DevicePower>> power)
    {
        _deviceEnergy = Meter.CreateCounter<double>(MetricNames.DeviceEnergy, "J", "Energy that the device took while requests ran; at other times it is not read.");
        Meter.CreateObservableGauge(MetricNames.DevicePower, () => Powers(power()), "W", "Power of the device when it was last read, during a request or right after.");
        _duration = Histogram(MetricNames.RequestDuration, "s", "From when a request was accepted to when its answer was ready.", DurationBuckets);
        _firstToken = Histogram(MetricNames.TimeToFirstToken, "s", "From when a request was accepted to its first token.", FirstTokenBuckets);
        _tokens = Histogram(MetricNames.TokenUsage, "{token}", "Tokens of prompts and of suggestions.", TokenBuckets);
        _suggestionEnergy = Histogram(MetricNames.SuggestionEnergy, "J", "Gross energy of a request.", JouleBuckets);
        _acceptedCharacters = Meter.CreateCounter<long>(MetricNames.AcceptedCharacters, "{character}", "UTF-16 units of suggestions that were accepted.");
        Meter.CreateObservableGauge(
            MetricNames.AcceptedCharacterEnergy, () => Observe(totals, total => total.JoulesPerAcceptedCharacter), "J",
            "All gross energy of requests since the start, for each character that was accepted.");
        Meter.CreateObservableGauge(
            MetricNames.WastedEnergyShare, () => Observe(totals, total => total.WastedShare), "1",
            "Share of the gross energy since the start that went into requests that gave nobody a text: cancelled, superseded, failed, empty.");
    }

    /// <summary>Owns the instruments.</summary>
    public Meter Meter { get; } = new(MetricNames.Meter);

    public void Add(RequestRecord request)
    {
        var common = new TagList
        {
            { MetricNames.Operation, "text_completion" },
            { MetricNames.Provider, "codeexit" },
            { MetricNames.RequestModel, request.Model },
        };
        AddTokens(common, "input", request.PromptTokens);
        AddTokens(common, "output", request.Tokens);
        if (request is { Tokens: > 0, FirstTokenMs: { } firstToken }) _firstToken.Record(firstToken / 1000, common);
        if (request.Outcome is RequestOutcome.Cancelled or RequestOutcome.Failed) common.Add(MetricNames.ErrorType, Text(request.Outcome));
        _duration.Record(request.TotalMs / 1000, common);

        if (request.Energy.Joules is not { } joules) return;
        var device = Device(request.Energy);
        // A counter only grows. Less than nothing comes of idle power that was taken for too high, in a request of no weight.
        _deviceEnergy.Add(Math.Max(0, joules), device);
        device.Add(MetricNames.Mode, request.Mode);
        device.Add(MetricNames.Outcome, Text(request.Outcome));
        _suggestionEnergy.Record(joules, device);
    }

    /// <param name="energy">Of the request whose suggestion it was.</param>
    public void AddAccepted(EnergyMeasurement energy, int characters) => _acceptedCharacters.Add(characters, Device(energy));

    public void Dispose() => Meter.Dispose();

    private Histogram<T> Histogram<T>(string name, string unit, string description, T[] buckets) where T : struct =>
        Meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = buckets });

    private void AddTokens(TagList common, string type, int? count)
    {
        if (count is not { } tokens) return;
        common.Add(MetricNames.TokenType, type);
        _tokens.Record(tokens, common);
    }

    private static IEnumerable<Measurement<double>> Powers(IReadOnlyList<DevicePower> known) =>
        from device in known
        where device.Watts is not null && device.Age < OldestPower
        select new Measurement<double>(device.Watts!.Value, Device(device.Source.Id, device.Source.Scope, device.Source.Label));

    private static IEnumerable<Measurement<double>> Observe(EnergyTotals totals, Func<EnergyTotal, double?> number) =>
        from total in totals.All
        where number(total) is not null
        select new Measurement<double>(number(total)!.Value, Device(total.Source, total.Scope, total.Label));

    private static TagList Device(EnergyMeasurement energy) => Device(energy.Source, energy.Scope, energy.Label);

    /// <summary>A reason why nothing was read is text for people, and no name of a device.</summary>
    private static TagList Device(string source, string scope, EnergyLabel label) => new()
    {
        { MetricNames.HardwareId, label == EnergyLabel.Unavailable ? "none" : source },
        { MetricNames.HardwareType, scope == "gpu" ? "gpu" : "cpu" },
        { MetricNames.EnergyLabel, label.Text() },
    };

    private static string Text(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Suggested => "suggested",
        RequestOutcome.Empty => "empty",
        RequestOutcome.Cancelled => "cancelled",
        RequestOutcome.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not an outcome"),
    };
}
