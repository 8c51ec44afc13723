using CodeExit.Cli.Devices;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;

namespace CodeExit.Cli.Output;

/// <summary>The OpenCL devices, as <c>--device gpu:N</c> counts them.</summary>
/// <param name="Reason">Why there is none; null where there is one.</param>
internal sealed record DevicesJson(IReadOnlyList<DeviceJson> List, string? Reason)
{
    public static DevicesJson Of(GpuDeviceList found, Func<GpuDevice, long?> freeMemory, Func<GpuDevice, ModelFitJson>? fit = null) =>
        new([.. found.Devices.Select((device, index) => DeviceJson.Of(device, index, freeMemory(device)) with { Model = fit?.Invoke(device) })], found.Reason);
}

/// <param name="Kind">"gpu", "cpu" (a processor behind OpenCL) or "other".</param>
/// <param name="FreeMemoryBytes">Null where no driver tells.</param>
/// <param name="LargestBufferBytes">Most that one matrix may take.</param>
internal sealed record DeviceJson(
    int Index, string Name, string Kind, string Platform, string Driver, long MemoryBytes, long? FreeMemoryBytes, long LargestBufferBytes, string? PciId, string? Uuid)
{
    /// <summary>Whether the model that was asked for fits; null where none was.</summary>
    public ModelFitJson? Model { get; init; }

    public static DeviceJson Of(GpuDevice device, int index, long? free) => new(
        index, device.Name, device.Kind.ToString().ToLowerInvariant(), device.Platform, device.Driver, device.MemoryBytes, free, device.LargestBufferBytes,
        device.PciAddress, device.Uuid);
}

/// <param name="Precision">How its weights would be held.</param>
/// <param name="Bytes">What it would take; null where the backend cannot run it so.</param>
/// <param name="Reason">Why it does not fit; null where it does.</param>
internal sealed record ModelFitJson(bool Fits, string Precision, long? Bytes, string? Reason)
{
    public static ModelFitJson Of(Checkpoint checkpoint, Placement placement, GpuPicker gpus, GpuDevice device)
    {
        var precision = GpuFit.Name(Decoders.Weights(placement.Precision));
        try
        {
            var fit = gpus.Fit(checkpoint, placement, device);
            var reason = fit.Refusal();
            return new ModelFitJson(reason is null, precision, fit.Needs.Total, reason);
        }
        catch (CheckpointException unsupported)
        {
            return new ModelFitJson(false, precision, null, unsupported.Message);
        }
    }
}
