namespace CodeExit.Telemetry.Sources.Sysfs;

/// <summary>A graphics or compute card on the bus, driver or not.</summary>
/// <param name="Asleep">Powered down by runtime power management: reading its power would wake it, at 5 to 25 W.</param>
internal sealed record PciDevice(PciAddress Address, string Vendor, string? Driver, bool Asleep);

/// <summary>What is plugged in, whatever drivers know of it.</summary>
internal static class PciDevices
{
    public const string Nvidia = "0x10de";
    public const string Amd = "0x1002";
    public const string Intel = "0x8086";

    public const string AsleepReason = "the card is powered down, and reading it would wake it";
    public const string AsleepRemedy = "It can be read while something runs on it.";

    private const string Folder = "bus/pci/devices";

    /// <summary>PCI class 0x03: display controllers, 3D controllers without an output among them.</summary>
    public static IReadOnlyList<PciDevice> Displays(SysfsTree sysfs)
    {
        var devices = new List<PciDevice>();
        foreach (var entry in sysfs.Entries(Folder))
        {
            var folder = $"{Folder}/{entry}";
            if (!PciAddress.TryParse(entry, out var address) || sysfs.Text($"{folder}/class").Value?.StartsWith("0x03", StringComparison.Ordinal) != true) continue;
            devices.Add(new PciDevice(
                address, sysfs.Text($"{folder}/vendor").Value ?? "", sysfs.LinkTarget($"{folder}/driver"), IsAsleep(sysfs, address)));
        }
        return devices;
    }

    public static bool IsAsleep(SysfsTree sysfs, PciAddress address) => sysfs.Text($"{Folder}/{address}/power/runtime_status").Value == "suspended";
}
