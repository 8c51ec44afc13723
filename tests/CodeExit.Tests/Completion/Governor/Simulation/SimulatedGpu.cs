namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>A device in watts: idle, joules for each layer of a token, a first-order lag, and readings that change every 100 ms and are noisy.</summary>
internal sealed record GpuPlant(double IdleWatts, double JoulesPerLayer, double LagSeconds, double Noise)
{
    public double Watts(double layersPerSecond) => IdleWatts + JoulesPerLayer * layersPerSecond;

    public static GpuPlant Named(string name) => name switch
    {
        "laptop" => new GpuPlant(12, 0.08, 0.2, 0.03),
        "desktop" => new GpuPlant(70, 0.3, 0.3, 0.04),
        _ => new GpuPlant(6, 0.03, 0.05, 0.02), // a processor
    };
}

internal sealed class SimulatedGpu(GpuPlant plant, Random random)
{
    private const double CounterPeriod = 0.1;

    private double _nextReading;

    /// <summary>What it draws.</summary>
    public double Watts { get; private set; } = plant.IdleWatts;

    /// <summary>What its driver says.</summary>
    public double Reading { get; private set; } = plant.IdleWatts;

    public void Run(double until, double seconds, double layersPerSecond)
    {
        Watts += (1 - Math.Exp(-seconds / plant.LagSeconds)) * (plant.Watts(layersPerSecond) - Watts);
        if (until < _nextReading) return;
        Reading = Watts * (1 + plant.Noise * random.NextGaussian());
        _nextReading = until + CounterPeriod;
    }
}

internal static class RandomNumbers
{
    public static double NextGaussian(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
