using CodeExit.Telemetry.Records;

namespace CodeExit.Telemetry.Metrics;

/// <summary>What was spent since the start, as far as one label, source and scope go.</summary>
/// <param name="Requests">Cancelled and failed ones too.</param>
/// <param name="Joules">Gross; null exactly where the label is <see cref="EnergyLabel.Unavailable"/>.</param>
/// <param name="NetJoules">Less what the idle machine would have drawn.</param>
/// <param name="WastedJoules">Gross, of requests that gave nobody a text.</param>
/// <param name="AcceptedCharacters">UTF-16 units of these requests' suggestions that were accepted.</param>
public sealed record EnergyTotal(
    EnergyLabel Label, string Source, string Scope, long Requests, double? Joules, double? NetJoules, double? WastedJoules, long AcceptedCharacters)
{
    /// <summary>Null before anything was accepted.</summary>
    public double? JoulesPerAcceptedCharacter => AcceptedCharacters > 0 ? Joules / AcceptedCharacters : null;

    /// <summary>From 0 to 1; null before anything was spent.</summary>
    public double? WastedShare => Joules > 0 ? WastedJoules / Joules : null;
}

/// <summary>Sums of joules, apart by label, source and scope: numbers that came about in different ways are never added. Safe for many threads.</summary>
internal sealed class EnergyTotals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(EnergyLabel Label, string Source, string Scope), EnergyTotal> _totals = [];

    public IReadOnlyList<EnergyTotal> All
    {
        get
        {
            lock (_lock) return [.. _totals.Values];
        }
    }

    public void Add(RequestRecord request)
    {
        var energy = request.Energy;
        lock (_lock)
        {
            var sum = Of(energy);
            Set(sum with
            {
                Requests = sum.Requests + 1,
                Joules = sum.Joules + energy.Joules,
                NetJoules = sum.NetJoules + energy.NetJoules,
                WastedJoules = sum.WastedJoules + (request.IsWasted ? energy.Joules : 0),
            });
        }
    }

    /// <param name="energy">Of the request whose suggestion it was.</param>
    public void AddAccepted(EnergyMeasurement energy, int characters)
    {
        lock (_lock)
        {
            var sum = Of(energy);
            Set(sum with { AcceptedCharacters = sum.AcceptedCharacters + characters });
        }
    }

    private EnergyTotal Of(EnergyMeasurement energy)
    {
        // What was not measured does not become a number.
        double? zero = energy.Joules is null ? null : 0;
        return _totals.GetValueOrDefault((energy.Label, energy.Source, energy.Scope))
            ?? new EnergyTotal(energy.Label, energy.Source, energy.Scope, 0, zero, zero, zero, 0);
    }

    private void Set(EnergyTotal total) => _totals[(total.Label, total.Source, total.Scope)] = total;
}
