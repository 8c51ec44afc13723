using System.Collections.Concurrent;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Completion.Work;

/// <summary>
/// The settings that requests to one model came with, each with its policy. Governors are told the device's power whenever it is read;
/// what one learned stays with its settings. Safe for many threads.
/// </summary>
internal sealed class DepthControls : IDisposable
{
    /// <summary>A client that sends ever new limits makes no more governors than this: then all start anew.</summary>
    private const int Most = 32;

    private readonly ConcurrentDictionary<DepthSettings, DepthControl> _controls = new();
    private readonly LoadedModel _model;
    private readonly DepthSettings _own;
    private readonly TimeProvider _time;
    private readonly EnergyMeter? _meter;
    private readonly RequestEnergy? _energy;

    /// <param name="own">The service's settings. They are tried now: who asks for what the model lacks is told when it is loaded.</param>
    /// <param name="meter">Null where nothing is measured: then no limit can be kept.</param>
    public DepthControls(LoadedModel model, DepthSettings own, TimeProvider time, EnergyMeter? meter, RequestEnergy? energy)
    {
        (_model, _own, _time, _meter, _energy) = (model, own, time, meter, energy);
        Get(null);
        if (meter is not null) meter.PowerRead += Observe;
    }

    /// <param name="asked">Null for the service's own.</param>
    /// <exception cref="ArgumentException">Settings that do not suit the model: says why.</exception>
    public DepthControl Get(DepthSettings? asked)
    {
        var settings = _own.For(asked);
        if (_controls.TryGetValue(settings, out var known)) return known;
        if (_controls.Count >= Most) _controls.Clear();
        var label = _meter?.Sources[0].Label ?? EnergyLabel.Unavailable;
        return _controls.GetOrAdd(settings, new DepthControl(settings, _model, (Governor.ILayerEnergy?)_energy ?? NoLayerEnergy.Instance, label, _time));
    }

    public void Dispose()
    {
        if (_meter is not null) _meter.PowerRead -= Observe;
    }

    private void Observe(DevicePower power)
    {
        foreach (var (_, control) in _controls) control.Observe(power);
    }

    private sealed class NoLayerEnergy : Governor.ILayerEnergy
    {
        public static NoLayerEnergy Instance { get; } = new();

        public double JoulesPerLayerToken => 0;

        public double JoulesPerSuggestion => 0;
    }
}
