namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>Memory on the device. It goes with its runtime, or earlier.</summary>
internal sealed class GpuBuffer(GpuRuntime runtime, nint handle, long bytes) : IDisposable
{
    private static long _made;

    public nint Handle { get; private set; } = handle;

    public long Bytes { get; } = bytes;

    /// <summary>1 or more, and no other buffer's in this process.</summary>
    public long Id { get; } = Interlocked.Increment(ref _made);

    public void Dispose()
    {
        if (Handle == 0) return;
        runtime.Release(this);
        Handle = 0;
    }
}
