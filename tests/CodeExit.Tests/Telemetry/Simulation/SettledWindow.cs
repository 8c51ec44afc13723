using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Tests.Telemetry.Simulation;

internal static class SettledWindow
{
    /// <summary>What a window has measured of a source; under a simulated clock there is nothing to wait for.</summary>
    public static EnergyMeasurement Settled(this EnergyWindow window, int source = 0)
    {
        Assert.True(window.Measured.IsCompletedSuccessfully, "the window has not been measured yet");
        return window.Measured.Result[source];
    }
}
