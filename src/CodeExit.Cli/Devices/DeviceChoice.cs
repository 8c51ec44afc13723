using System.Diagnostics.CodeAnalysis;

namespace CodeExit.Cli.Devices;

/// <summary>What <c>--device</c> says.</summary>
/// <param name="Gpu">Behind "gpu:": a number as listed, a UUID or a PCI address; null takes the first.</param>
internal readonly record struct DeviceChoice(Device Device, string? Gpu = null)
{
    public const string Forms = "auto, cpu, gpu, gpu:N (as codeexit power lists them; a PCI address or UUID names one too)";

    private const string Named = "gpu:";

    public static bool TryParse(string text, [NotNullWhen(true)] out DeviceChoice? choice)
    {
        choice = text switch
        {
            "auto" => new DeviceChoice(Device.Auto),
            "cpu" => new DeviceChoice(Device.Cpu),
            "gpu" => new DeviceChoice(Device.Gpu),
            _ when text.StartsWith(Named, StringComparison.Ordinal) && text.Length > Named.Length => new DeviceChoice(Device.Gpu, text[Named.Length..]),
            _ => null,
        };
        return choice is not null;
    }

    public static DeviceChoice Parse(string text) =>
        TryParse(text, out var choice) ? choice.Value : throw new UsageException($"--device {text}: must be one of {Forms}.");

    /// <summary>As on the command line.</summary>
    public override string ToString() => Gpu is null ? Device.ToString().ToLowerInvariant() : Named + Gpu;
}
