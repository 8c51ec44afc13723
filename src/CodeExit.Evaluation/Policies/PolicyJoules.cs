using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Policies;

/// <summary>What one policy's tasks took of the device. Joules of one label and source only: others are not added up, nor compared.</summary>
internal sealed class PolicyJoules
{
    private readonly List<EnergyWindow> _windows = [];

    /// <summary>A closed window around one task. What it has measured comes a moment later.</summary>
    public void Add(EnergyWindow window) => _windows.Add(window);

    /// <returns>Net joules to full depth's, and their label; null and unavailable where they cannot be compared.</returns>
    public (double? Ratio, string Label) RatioTo(PolicyJoules full)
    {
        var (own, reference) = (Measured(), full.Measured());
        var all = own.Concat(reference).ToArray();
        var isComparable = own.Length > 0 && reference.Length > 0 && all.All(each => each.NetJoules is not null)
            && all.DistinctBy(each => (each.Label, each.Source)).Count() == 1 && Net(reference) > 0;
        return isComparable ? (Net(own) / Net(reference), own[0].Label.Text()) : (null, EnergyLabel.Unavailable.Text());
    }

    private static double Net(EnergyMeasurement[] measured) => measured.Sum(each => each.NetJoules!.Value);

    /// <summary>Waits for what is still out: a second at most, the meter's longest wait.</summary>
    private EnergyMeasurement[] Measured() => [.. _windows.Select(window => window.Measured.GetAwaiter().GetResult()[0])];
}
