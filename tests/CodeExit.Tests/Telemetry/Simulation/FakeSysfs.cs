namespace CodeExit.Tests.Telemetry.Simulation;

/// <summary>A folder in the form of the kernel's device tree.</summary>
internal sealed class FakeSysfs : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("codeexit-sysfs-").FullName;

    /// <summary>At once, as the kernel does: no reader finds half a number.</summary>
    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full("next"), content + "\n");
        File.Move(Full("next"), Full(path), overwrite: true);
    }

    public void Write(string path, long number) => Write(path, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Makes a file that may not be read: a folder in its place, which refuses root too.</summary>
    public void Deny(string path)
    {
        File.Delete(Full(path));
        Directory.CreateDirectory(Full(path));
    }

    public void Delete(string path) => File.Delete(Full(path));

    public void DeleteFolder(string path) => Directory.Delete(Full(path), recursive: true);

    /// <summary>A package zone, or another.</summary>
    public void Rapl(string zone, string name, long microjoules, long range = 262_143_328_850)
    {
        Write($"class/powercap/{zone}/name", name);
        Write($"class/powercap/{zone}/energy_uj", microjoules);
        Write($"class/powercap/{zone}/max_energy_range_uj", range);
    }

    /// <summary>A card's driver with sensors, at a PCI address.</summary>
    public void Hwmon(string entry, string driver, string pci, string attribute, long value)
    {
        Write($"class/hwmon/{entry}/name", driver);
        Write($"class/hwmon/{entry}/{attribute}", value);
        File.CreateSymbolicLink(Full($"class/hwmon/{entry}/device"), $"../../../{pci}"); // as the kernel has it, from where the folder really is
    }

    public void Pci(string address, string vendor, string? driver = null, string runtimeStatus = "active")
    {
        var folder = $"bus/pci/devices/{address}";
        Write($"{folder}/class", "0x030000");
        Write($"{folder}/vendor", vendor);
        Write($"{folder}/power/runtime_status", runtimeStatus);
        if (driver is null) return;
        File.CreateSymbolicLink(Full($"{folder}/driver"), $"../../../bus/pci/drivers/{driver}");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Full(string path) => Path.Combine(Root, path);
}
