using System.Globalization;

namespace CodeExit.Telemetry.Sources;

/// <summary>A PCI address: [domain:]bus:device[.function]. NVML writes "00000000:01:00.0", the kernel "0000:01:00.0", CUDA either, in capitals.</summary>
internal readonly record struct PciAddress(uint Domain, uint Bus, uint Device, uint Function)
{
    public static bool TryParse(string text, out PciAddress address)
    {
        address = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        uint domain = 0, function = 0;
        if (dot >= 0 && !Hex(text[(dot + 1)..], out function)) return false;
        var parts = (dot < 0 ? text : text[..dot]).Split(':');
        if (parts.Length is < 2 or > 3 || parts.Length == 3 && !Hex(parts[0], out domain)) return false;
        if (!Hex(parts[^2], out var bus) || !Hex(parts[^1], out var device)) return false;
        address = new PciAddress(domain, bus, device, function);
        return true;
    }

    /// <summary>As the kernel writes it.</summary>
    public override string ToString() => $"{Domain:x4}:{Bus:x2}:{Device:x2}.{Function:x}";

    private static bool Hex(string text, out uint number) => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
