using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Metrics;

namespace CodeExit.LanguageServer.Protocol;

/// <summary>Answer of codeexit/energy. Totals are kept apart by label, source and scope: joules of different kinds are never added.</summary>
internal sealed record EnergyResult(EnergyReading? Last, EnergyTotalResult[] Totals);

/// <param name="Joules">Gross; null exactly where the label is "unavailable".</param>
/// <param name="NetJoules">Less what the idle machine would have drawn.</param>
internal sealed record EnergyReading(double? Joules, double? NetJoules, string Label, string Source, string Scope, double WindowMs)
{
    public static EnergyReading Of(EnergyMeasurement energy) =>
        new(energy.Joules, energy.NetJoules, energy.Label.Text(), energy.Source, energy.Scope, energy.Window.TotalMilliseconds);
}

/// <param name="Requests">Cancelled, superseded and failed ones too.</param>
/// <param name="WastedJoules">Of requests that gave nobody a text.</param>
internal sealed record EnergyTotalResult(
    string Label, string Source, string Scope, long Requests, double? Joules, double? NetJoules, double? WastedJoules, long AcceptedCharacters)
{
    public static EnergyTotalResult Of(EnergyTotal total) => new(
        total.Label.Text(), total.Source, total.Scope, total.Requests, total.Joules, total.NetJoules, total.WastedJoules, total.AcceptedCharacters);
}

/// <summary>What is known of power without reading it.</summary>
/// <param name="Watts">Of the whole device when it was last read; null before the first request.</param>
/// <param name="WattsAgeMs">How long ago that was.</param>
internal sealed record PowerReading(string Source, string Label, string Scope, double? Watts, double? WattsAgeMs, double? IdleWatts)
{
    public static PowerReading Of(DevicePower power) => new(
        power.Source.Id, power.Source.Label.Text(), power.Source.Scope, power.Watts, power.Age?.TotalMilliseconds, power.IdleWatts);
}

/// <summary>What an item cost and what decided on it, in its data.</summary>
internal sealed record ItemCost(EnergyReading Energy, LayersRun Layers, int Tokens, string Policy, string Mode)
{
    public static ItemCost Of(CompletionResult result) =>
        new(EnergyReading.Of(result.Energy), LayersRun.Of(result), result.Tokens, result.Policy, result.Mode);
}

/// <summary>Layers that the suggestion's tokens ran, as <c>complete --json</c> tells them.</summary>
/// <param name="Count">The model's, at full depth.</param>
internal sealed record LayersRun(int Total, double Mean, IReadOnlyList<int> PerToken, int Count)
{
    public static LayersRun Of(CompletionResult result)
    {
        var perToken = result.LayersPerToken;
        return new LayersRun(perToken.Sum(), perToken.Count == 0 ? 0 : perToken.Average(), perToken, result.LayerCount);
    }
}
