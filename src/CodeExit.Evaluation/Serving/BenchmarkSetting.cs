using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Evaluation.Serving;

/// <summary>A row of a benchmark: a mode, or a policy given directly.</summary>
/// <param name="Name">As reports call it.</param>
public sealed record BenchmarkSetting(string Name, string? Policy, string? Mode)
{
    /// <summary>What all others are held against.</summary>
    public static BenchmarkSetting Full { get; } = OfPolicy(FullDepthPolicy.Name);

    public static BenchmarkSetting OfPolicy(string spec) => new(spec, spec, null);

    public static BenchmarkSetting OfMode(string mode) => new(mode, null, mode);

    /// <summary>The modes that a model was calibrated for, from the most careful on.</summary>
    public static IEnumerable<BenchmarkSetting> OfModes(CalibratedModes modes) =>
        Modes.Calibrated.Where(mode => modes.Find(mode) is not null).Select(OfMode);
}
