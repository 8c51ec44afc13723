using System.Globalization;

namespace CodeExit.Telemetry;

/// <summary>Where to look for devices, and what the user knows that they do not say.</summary>
public sealed record TelemetryOptions
{
    public const string NvmlLibraryVariable = "CODEEXIT_NVML_LIBRARY";
    public const string SysfsVariable = "CODEEXIT_SYSFS";
    public const string CpuWattsVariable = "CODEEXIT_CPU_WATTS";

    /// <summary>Library to load instead of the driver's.</summary>
    public string? NvmlLibrary { get; init; }

    /// <summary>Root of the kernel's device tree.</summary>
    public string Sysfs { get; init; } = "/sys";

    /// <summary>Watts of the processor under full load, for the estimate; null where the user gave none.</summary>
    public double? CpuWatts { get; init; }

    /// <exception cref="ArgumentException">A value that cannot be right: named, with what would be.</exception>
    public static TelemetryOptions FromEnvironment(Func<string, string?> variable) => new()
    {
        NvmlLibrary = Given(variable(NvmlLibraryVariable)),
        Sysfs = Given(variable(SysfsVariable)) ?? "/sys",
        CpuWatts = Given(variable(CpuWattsVariable)) is { } watts ? Watts(watts) : null,
    };

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static double Watts(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var watts) && watts is > 0 and <= 10_000
            ? watts
            : throw new ArgumentException($"{CpuWattsVariable} {text}: must be watts, a number above 0 and at most 10000");
}
