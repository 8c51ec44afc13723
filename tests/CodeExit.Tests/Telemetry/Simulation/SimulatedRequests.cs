using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>Requests on a simulated device, one after the other.</summary>
internal sealed class SimulatedRequests(SimulatedTime time)
{
    /// <summary>A meter that has seen some requests, and so knows the device at rest.</summary>
    public EnergyMeter Warm(SimulatedSource source)
    {
        var meter = new EnergyMeter([source], time);
        for (var i = 0; i < 6; i++) Run(meter, source, 300, 0.1);
        return meter;
    }

    public EnergyMeasurement Run(EnergyMeter meter, SimulatedSource source, double watts, double seconds, Action? midway = null)
    {
        var window = meter.Open();
        source.Draw(watts, seconds);
        time.Advance(seconds / 2);
        midway?.Invoke();
        time.Advance(seconds / 2);
        window.Close();
        time.Advance(1.01); // the longest that a window waits
        var joules = window.Settled();
        time.Advance(2.37);
        return joules;
    }
}
