using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Cli.Output;

/// <summary>The object that <c>power --json</c> prints.</summary>
/// <param name="BilledBy">Id of the source that requests on the processor are billed by.</param>
internal sealed record PowerJson(
    string BilledBy, IReadOnlyList<PowerSourceJson> Sources, IReadOnlyList<MissingSource> Missing, IReadOnlyList<BatteryJson> Batteries)
{
    /// <summary>What a model can run on beside the processor.</summary>
    public DevicesJson? Devices { get; init; }

    /// <param name="measured">What a window over all sources has measured, in their order.</param>
    public static PowerJson Of(EnergySources sources, IReadOnlyList<EnergyMeasurement> measured) => new(
        sources.ForProcessor.Info.Id,
        [.. sources.All.Zip(measured, PowerSourceJson.Of)],
        sources.Missing,
        [.. sources.Batteries().Select(battery => new BatteryJson(battery.Name, battery.Status, battery.Charge, battery.Watts))]);
}

/// <summary>Of the whole device, whoever uses it.</summary>
/// <param name="Label">How its joules come about.</param>
/// <param name="Watts">Mean of the window; null where reading it failed, and <paramref name="Fault"/> says why.</param>
/// <param name="IntegratedWatts">What power readings beside the counter say of the same window.</param>
internal sealed record PowerSourceJson(
    string Id, string Name, string Scope, string Label, double PeriodMs, string? PciId, string? Uuid, double? LimitWatts,
    double? Watts, double? IntegratedWatts, string? Fault)
{
    public static PowerSourceJson Of(IEnergySource source, EnergyMeasurement measured)
    {
        var info = source.Info;
        var isThere = measured.Label != EnergyLabel.Unavailable;
        return new PowerSourceJson(
            info.Id, info.Name, info.Scope, (isThere ? measured.Label : info.Label).Text(), info.Period.TotalMilliseconds,
            info.PciId, info.Uuid, info.LimitWatts, measured.Joules / measured.Window.TotalSeconds, measured.IntegratedJoules / measured.Window.TotalSeconds,
            isThere ? null : measured.Source);
    }
}

/// <param name="Charge">From 0 to 1.</param>
/// <param name="Watts">Of the whole machine, over a second and more.</param>
internal sealed record BatteryJson(string Name, string Status, double? Charge, double? Watts);
