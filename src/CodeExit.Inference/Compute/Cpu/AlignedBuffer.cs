using System.Runtime.InteropServices;

namespace CodeExit.Inference.Compute.Cpu;

/// <summary>Zeroed native memory on a cache-line boundary. Large buffers cost pages only once they are written.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private void* _allocation;

    /// <param name="length">Elements; 0 is allowed.</param>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // AllocZeroed is calloc: the kernel hands out zero pages lazily. AlignedAlloc would have to be cleared, page by page.
        _allocation = NativeMemory.AllocZeroed(checked((nuint)length * (nuint)sizeof(T) + Alignment));
        Pointer = (T*)(((nuint)_allocation + Alignment - 1) & ~(nuint)(Alignment - 1));
        GC.AddMemoryPressure(Math.Max(1, Bytes));
    }

    ~AlignedBuffer() => Free();

    public long Length { get; }

    public long Bytes => Length * sizeof(T);

    public T* Pointer { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_allocation == null) return;
        NativeMemory.Free(_allocation);
        _allocation = null;
        Pointer = null;
        GC.RemoveMemoryPressure(Math.Max(1, Bytes));
    }
}
