using System.Diagnostics.Metrics;
using CodeExit.Telemetry.Metrics;

namespace CodeExit.Tests.Telemetry.Metrics;

/// <summary>What came out of one set of instruments.</summary>
internal sealed class MetricReadings : IDisposable
{
    private readonly MeterListener _listener = new();

    public MetricReadings(RequestMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, metrics.Meter)) return; // tests beside this one have meters of the same name
            Instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>"name value key=value key=value", in order.</summary>
    public List<string> Readings { get; } = [];

    public IEnumerable<string> Of(string name) => Readings.Where(reading => reading.StartsWith(name + " ", StringComparison.Ordinal));

    /// <summary>Reads the gauges, as an exporter does from time to time.</summary>
    public void Collect() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Readings.Add(string.Join(' ', [FormattableString.Invariant($"{instrument.Name} {value}"), .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));
}
