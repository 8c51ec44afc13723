namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A driver refused a call. The message names the call, what it was for, and the driver's status by name.</summary>
public class GpuException(string message) : Exception(message);

/// <summary>A device has no room for more.</summary>
/// <param name="asked">Bytes that were asked for.</param>
/// <param name="held">Bytes that the model holds there already.</param>
public sealed class GpuMemoryException(GpuDevice device, long asked, long held, string reason) : GpuException(
    $"{device.Name} has no room for {asked} bytes more beside the {held} that the model holds there ({reason}); it has {device.MemoryBytes} in all, and others may hold of them. "
    + "A lower precision takes less; the CPU runs this model too.")
{
    public long Asked => asked;

    public long Held => held;
}
