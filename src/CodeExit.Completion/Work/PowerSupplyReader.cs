using CodeExit.Completion.Governor;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Completion.Work;

/// <summary>Where the machine's power comes from. Looked at when a request comes, and not again within some seconds: a battery is slow, and nothing is polled.</summary>
internal sealed class PowerSupplyReader(Func<IReadOnlyList<BatteryState>>? batteries, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private long? _readAt;
    private PowerSupply _supply;

    public PowerSupply Read()
    {
        if (batteries is null || _readAt is { } at && time.GetElapsedTime(at) < Fresh) return _supply;
        _readAt = time.GetTimestamp();
        return _supply = Of(batteries());
    }

    /// <summary>On battery where one is being emptied; the charge is the mean of those that tell it.</summary>
    private static PowerSupply Of(IReadOnlyList<BatteryState> batteries)
    {
        var charges = batteries.Where(battery => battery.Charge is not null).Select(battery => battery.Charge!.Value).ToArray();
        return new PowerSupply(batteries.Any(battery => battery.IsDischarging), charges.Length == 0 ? null : charges.Average());
    }
}
