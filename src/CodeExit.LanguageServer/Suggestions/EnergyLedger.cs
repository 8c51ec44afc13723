using CodeExit.LanguageServer.Protocol;
using CodeExit.Telemetry;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>
/// Joules of the last suggestion and the sums so far, apart by label, source and scope. Not safe for many threads: its ledger locks.
/// </summary>
internal sealed class EnergyLedger
{
    private readonly Dictionary<(string Label, string Source, string Scope), EnergyTotal> _totals = [];
    private EnergyReading? _last;

    public void Add(EnergyMeasurement energy)
    {
        string label = energy.Label.Text();
        _last = new EnergyReading(energy.Joules, energy.NetJoules, label, energy.Source, energy.Scope, energy.Window.TotalMilliseconds);
        var key = (label, energy.Source, energy.Scope);
        EnergyTotal sum = _totals.GetValueOrDefault(key)
            ?? new EnergyTotal(label, energy.Source, energy.Scope, Suggestions: 0, Zero(energy.Joules), Zero(energy.NetJoules));
        _totals[key] = sum with
        {
            Suggestions = sum.Suggestions + 1,
            Joules = sum.Joules + energy.Joules,
            NetJoules = sum.NetJoules + energy.NetJoules,
        };
    }

    public EnergyResult Result() => new(_last, [.. _totals.Values]);

    /// <summary>What a sum starts from: nothing that was not measured becomes a number.</summary>
    private static double? Zero(double? joules) => joules is null ? null : 0;
}
