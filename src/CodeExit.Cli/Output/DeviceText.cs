using CodeExit.Cli.Devices;

namespace CodeExit.Cli.Output;

/// <summary>An OpenCL device in a line, for a person.</summary>
internal static class DeviceText
{
    public static string Of(DeviceJson device)
    {
        var kind = device.Kind == "cpu" ? "a processor" : device.Kind;
        var free = device.FreeMemoryBytes is { } bytes ? $" ({GpuFit.Size(bytes)} free)" : "";
        var place = device.PciId is { } pci ? $", {pci}" : "";
        return $"{device.Name}, {kind}, {GpuFit.Size(device.MemoryBytes)}{free}, {device.Platform} {device.Driver}{place}{Fit(device.Model)}";
    }

    private static string Fit(ModelFitJson? model) => model switch
    {
        null => "",
        { Reason: { } reason } => $": does not go there: {reason}",
        _ => $": fits, {GpuFit.Size(model.Bytes!.Value)} in {model.Precision}",
    };
}
