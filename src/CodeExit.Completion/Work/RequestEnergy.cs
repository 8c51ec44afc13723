using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Costs;

namespace CodeExit.Completion.Work;

/// <summary>
/// What the requests of one model take. A measurement comes a moment after the request, when a counter has moved once more; until then the
/// request is billed by its work, where enough was learned of what work costs.
/// </summary>
internal sealed class RequestEnergy
{
    private readonly object _gate = new();
    private readonly EnergyMeter _meter;
    private readonly LayerCosts _costs;
    private double _idleWatts;

    /// <param name="meter">Of the device that runs the model, by its first source.</param>
    public RequestEnergy(EnergyMeter meter)
    {
        _meter = meter;
        _costs = new LayerCosts(meter.Sources[0].Label, meter.Sources[0].Id);
        // The model was loaded just now: what the device takes from here to the first request is its power at rest.
        meter.Open().Close();
    }

    public EnergyWindow Open() => _meter.Open();

    /// <summary>The request has ended.</summary>
    /// <returns>What can be said at once, and the measurement.</returns>
    public (EnergyMeasurement AtOnce, Task<EnergyMeasurement> Measured) Close(EnergyWindow window, RequestWork work, TimeSpan length)
    {
        window.Close();
        if (!window.Measured.IsCompletedSuccessfully) return (Apportioned(work, length), MeasuredAsync(window, work));
        var estimate = window.Measured.Result[0]; // what needs no waiting needs no learning either
        return (estimate, Task.FromResult(estimate));
    }

    private async Task<EnergyMeasurement> MeasuredAsync(EnergyWindow window, RequestWork work)
    {
        var measurement = (await window.Measured.ConfigureAwait(false))[0];
        lock (_gate)
        {
            _costs.Learn(work, measurement);
            _idleWatts = measurement.IdleWatts ?? _idleWatts;
        }
        return measurement;
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
