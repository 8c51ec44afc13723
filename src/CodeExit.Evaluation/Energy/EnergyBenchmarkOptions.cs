namespace CodeExit.Evaluation.Energy;

/// <summary>How <see cref="EnergyBenchmark"/> measures. A trial of 5 s and a cool-down of 10 s are what Zeus documents for its own.</summary>
public sealed record EnergyBenchmarkOptions
{
    /// <summary>A counter that moves every 100 ms is off by a fiftieth at 5 s, and by more in less.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(5);

    public const int FewestTrials = 5;

    /// <summary>Least length of a window of suggestions back to back.</summary>
    public TimeSpan Window { get; init; } = ShortestWindow;

    /// <summary>Rest before each window: what the device gives off of the one before is over, and what it takes at rest is seen.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Windows of each setting.</summary>
    public int Trials { get; init; } = FewestTrials;

    /// <summary>Of the intervals.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Of the cool-downs' jitter: windows must not keep step with a counter.</summary>
    public int Seed { get; init; } = 1;
}
