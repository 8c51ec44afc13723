using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>A device that draws what a test tells it to, and knows exactly what that was. Its counter counts mJ.</summary>
internal sealed class SimulatedSource(SimulatedTime time, EnergyLabel label = EnergyLabel.MeasuredCounter) : IEnergySource
{
    private readonly List<(double From, double To, double Watts)> _drawn = [];

    public double RestWatts { get; init; } = 70;

    public double Period { get; init; } = 0.1;

    /// <summary>Whether the counter is there, or only the power of now.</summary>
    public bool HasCounter { get; init; } = true;

    public bool HasPower { get; init; }

    public int Epoch { get; set; }

    public ReadFault Fault { get; set; }

    /// <summary>From then on the counter shows the same.</summary>
    public double StandsStillAt { get; set; } = double.PositiveInfinity;

    public TimeSpan? Others { get; set; }

    public int Reads { get; private set; }

    public EnergySourceInfo Info => new("simulated", "simulated device", "gpu", label, TimeSpan.FromSeconds(Period));

    private double Now => time.Now.TotalSeconds;

    /// <summary>From now on, for so long.</summary>
    public void Draw(double watts, double seconds, double after = 0) => _drawn.Add((Now + after, Now + after + seconds, watts));

    /// <summary>What was drawn above rest between two moments, J.</summary>
    public double TrueNet(double from, double to) =>
        _drawn.Sum(part => Math.Max(0, Math.Min(to, part.To) - Math.Max(from, part.From)) * (part.Watts - RestWatts));

    public SourceReading Read()
    {
        Reads++;
        if (Fault != ReadFault.None) return SourceReading.Failed(Fault, $"simulated {Fault}");
        var step = Math.Min(Math.Floor(Now / Period + 1e-9) * Period, StandsStillAt);
        var power = _drawn.Where(part => part.From <= Now && Now < part.To).Select(part => (double?)part.Watts).LastOrDefault() ?? RestWatts;
        return new SourceReading(HasCounter ? Math.Round(RestWatts * step + TrueNet(0, step), 3) : null, HasPower ? power : null, Epoch);
    }

    public TimeSpan? OtherWork() => Others;

    public void Dispose() { }
}
