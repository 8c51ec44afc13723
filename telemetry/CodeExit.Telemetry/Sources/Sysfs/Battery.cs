namespace CodeExit.Telemetry.Sources.Sysfs;

/// <summary>Batteries in <c>class/power_supply</c>.</summary>
internal static class Battery
{
    private const string Folder = "class/power_supply";

    /// <summary>Batteries that run the machine; those of mice and pens (scope "Device") do not.</summary>
    public static IReadOnlyList<BatteryState> Read(SysfsTree sysfs) =>
    [
        .. from entry in sysfs.Entries(Folder)
           let folder = $"{Folder}/{entry}"
           where sysfs.Text($"{folder}/type").Value == "Battery" && sysfs.Text($"{folder}/scope").Value != "Device"
           select new BatteryState(entry, sysfs.Text($"{folder}/status").Value ?? "Unknown", Charge(sysfs, folder), Watts(sysfs, folder)),
    ];

    private static double? Charge(SysfsTree sysfs, string folder) =>
        Share(sysfs, folder, "energy") ?? Share(sysfs, folder, "charge") ?? sysfs.Number($"{folder}/capacity").Value / 100.0;

    /// <summary>µWh, or where the battery counts current µAh.</summary>
    private static double? Share(SysfsTree sysfs, string folder, string quantity) =>
        sysfs.Number($"{folder}/{quantity}_full").Value is { } full and > 0 && sysfs.Number($"{folder}/{quantity}_now").Value is { } now
            ? Math.Clamp((double)now / full, 0, 1)
            : null;

    /// <summary>power_now in µW, else current_now in µA times voltage_now in µV. Some drivers sign what flows out.</summary>
    private static double? Watts(SysfsTree sysfs, string folder)
    {
        if (sysfs.Number($"{folder}/power_now").Value is { } power) return Math.Abs(power) * 1e-6;
        return sysfs.Number($"{folder}/current_now").Value is { } current && sysfs.Number($"{folder}/voltage_now").Value is { } voltage
            ? Math.Abs(current * 1e-6 * (voltage * 1e-6))
            : null;
    }
}
