using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>A device whose power follows what is asked of it with a lag, and whose counter moves in steps. Knows exactly what it took.</summary>
internal sealed class LaggingDevice : IEnergySource
{
    public const double RestWatts = 20;

    private const double LagSeconds = 0.2, StepSeconds = 0.02;

    private double _watts = RestWatts;
    private double _seconds;
    private double _published;

    public LaggingDevice(SimulatedTime time) => time.Moved += Move;

    /// <summary>What the work of now would draw in the end.</summary>
    public double Demand { get; set; } = RestWatts;

    /// <summary>Taken so far, J.</summary>
    public double Joules { get; private set; }

    public EnergySourceInfo Info => new("lagging", "simulated card", "gpu", EnergyLabel.MeasuredCounter, TimeSpan.FromSeconds(StepSeconds)) { IdleWatts = RestWatts };

    public SourceReading Read() => new(_published, null, 0);

    public void Dispose() { }

    private void Move(TimeSpan now)
    {
        var seconds = now.TotalSeconds - _seconds;
        // The integral of an exponential approach.
        var approach = 1 - Math.Exp(-seconds / LagSeconds);
        Joules += Demand * seconds + (_watts - Demand) * LagSeconds * approach;
        _watts += approach * (Demand - _watts);
        if (Math.Floor(now.TotalSeconds / StepSeconds) > Math.Floor(_seconds / StepSeconds)) _published = Joules;
        _seconds = now.TotalSeconds;
    }
}
