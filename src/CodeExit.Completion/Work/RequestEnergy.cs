using CodeExit.Completion.Governor;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Costs;

namespace CodeExit.Completion.Work;

/// <summary>
/// What the requests of one model take. A measurement comes a moment after the request, when a counter has moved once more; until then the
/// request is billed by its work, where enough was learned of what work costs.
/// </summary>
internal sealed class RequestEnergy : ILayerEnergy
{
    /// <summary>Of the mean prefill, with each request: what the last fifty were like.</summary>
    private const double Recent = 0.02;

    private readonly object _gate = new();
    private readonly EnergyMeter _meter;
    private readonly LayerCosts _costs;
    private double _idleWatts;
    private double _meanPrefill;

    /// <param name="meter">Of the device that runs the model, by its first source.</param>
    public RequestEnergy(EnergyMeter meter)
    {
        _meter = meter;
        _costs = new LayerCosts(meter.Sources[0].Label, meter.Sources[0].Id);
        // The model was loaded just now: what the device takes from here to the first request is its power at rest.
        meter.Open().Close();
    }

    double ILayerEnergy.JoulesPerLayerToken
    {
        get
        {
            lock (_gate) return _costs.IsKnown ? _costs.JoulesPerDecodeLayerToken : 0;
        }
    }

    double ILayerEnergy.JoulesPerSuggestion
    {
        get
        {
            lock (_gate) return _costs.IsKnown ? _costs.JoulesPerRequest + _costs.JoulesPerPrefillLayerToken * _meanPrefill : 0;
        }
    }

    public EnergyWindow Open() => _meter.Open();

    /// <summary>What the processor took beside a card, for a window that is closed; null where the model is on the processor itself.</summary>
    public Task<EnergyMeasurement>? Processor(EnergyWindow window) => _meter.Sources.Count > 1 ? ProcessorAsync(window) : null;

    /// <summary>The request has ended.</summary>
    /// <returns>What can be said at once, and the measurement.</returns>
    public (EnergyMeasurement AtOnce, Task<EnergyMeasurement> Measured) Close(EnergyWindow window, RequestWork work, TimeSpan length)
    {
        window.Close();
        if (!window.Measured.IsCompletedSuccessfully) return (Apportioned(work, length), MeasuredAsync(window, work));
        var estimate = window.Measured.Result[0];
        Learn(work, estimate); // not for a bill, which needs no waiting here: for a budget, which has to know what a layer costs
        return (estimate, Task.FromResult(estimate));
    }

    private async Task<EnergyMeasurement> MeasuredAsync(EnergyWindow window, RequestWork work)
    {
        var measurement = (await window.Measured.ConfigureAwait(false))[0];
        Learn(work, measurement);
        return measurement;
    }

    /// <summary>A window that began before the meter was moved to a card has one source.</summary>
    private static async Task<EnergyMeasurement> ProcessorAsync(EnergyWindow window) =>
        (await window.Measured.ConfigureAwait(false)) is [_, var processor, ..] ? processor : EnergyMeasurement.Unavailable(TimeSpan.Zero);

    private void Learn(RequestWork work, EnergyMeasurement measurement)
    {
        lock (_gate)
        {
            if (_costs.Learn(work, measurement)) _meanPrefill += Math.Max(Recent, 1.0 / _costs.Windows) * (work.PrefillLayerTokens - _meanPrefill);
            _idleWatts = measurement.IdleWatts ?? _idleWatts;
        }
    }

    private EnergyMeasurement Apportioned(RequestWork work, TimeSpan length)
    {
        var source = _meter.Sources[0];
        lock (_gate)
        {
            return _costs.Apportion(work, source.Scope, _idleWatts, length)
                ?? EnergyMeasurement.Unavailable(length) with { Source = $"{source.Id}: not measured yet" };
        }
    }
}
