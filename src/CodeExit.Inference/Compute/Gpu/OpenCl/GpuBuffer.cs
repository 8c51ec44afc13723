namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>Memory on the device. It goes with its runtime, or earlier.</summary>
internal sealed class GpuBuffer(GpuRuntime runtime, nint handle, long bytes) : IDisposable
{
    public nint Handle { get; private set; } = handle;

    public long Bytes { get; } = bytes;

    public void Dispose()
    {
        if (Handle == 0) return;
        runtime.Release(this);
        Handle = 0;
    }
}
