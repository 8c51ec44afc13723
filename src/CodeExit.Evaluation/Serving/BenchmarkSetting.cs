using System.Globalization;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Replay;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Evaluation.Serving;

/// <summary>A row of a benchmark: a mode, or a policy given directly.</summary>
/// <param name="Name">As reports call it.</param>
public sealed record BenchmarkSetting(string Name, DepthSettings Depth)
{
    /// <summary>Of a replay: what stands between typist and model.</summary>
    public AskingAids Aids { get; init; }

    /// <summary>What all others are held against.</summary>
    public static BenchmarkSetting Full { get; } = OfPolicy(FullDepthPolicy.Name);

    public static BenchmarkSetting OfPolicy(string spec) => new(spec, new DepthSettings { Policy = spec });

    public static BenchmarkSetting OfMode(string mode) => new(mode, new DepthSettings { Mode = mode });

    /// <summary>Mode <c>auto</c> with limits: "auto, 0.5 J".</summary>
    public static BenchmarkSetting OfLimits(double? powerCapWatts, double? budgetJoules) => new(
        string.Join(", ", new[] { Modes.Auto, Text(powerCapWatts, "W"), Text(budgetJoules, "J") }.Where(part => part is not null)),
        new DepthSettings { Mode = Modes.Auto, PowerCapWatts = powerCapWatts, BudgetJoules = budgetJoules });

    /// <summary>The modes that a model was calibrated for, from the most careful on.</summary>
    public static IEnumerable<BenchmarkSetting> OfModes(CalibratedModes modes) =>
        Modes.Calibrated.Where(mode => modes.Find(mode) is not null).Select(OfMode);

    private static string? Text(double? limit, string unit) => limit is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} {unit}") : null;
}
