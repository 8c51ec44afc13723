namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>
/// One device, opened, with one queue that works in order: allocate, copy, build, launch, wait. All that the backend asks of a driver goes
/// through here and <see cref="GpuKernel"/>; nothing outside this folder knows OpenCL. It owns what it gave out: disposing it frees all
/// memory of the device. One caller at a time. What works on the device throws <see cref="Models.DeviceLostException"/> once that is gone.
/// </summary>
internal sealed unsafe class GpuRuntime : IDisposable
{
    private const uint Blocking = 1;
    private const ulong ReadWrite = 1;

    private readonly nint _device;
    private readonly nint _context;
    private readonly nint _queue;
    private readonly HashSet<GpuBuffer> _buffers = [];
    private readonly List<GpuKernel> _kernels = [];
    private readonly List<(string Source, string Options)> _programs = [];
    private bool _isDisposed;

    /// <exception cref="GpuException">The driver cannot open it.</exception>
    public GpuRuntime(GpuDevice device)
    {
        Device = device;
        _device = device.Handle;
        int status;
        var handle = _device;
        _context = OpenCl.clCreateContext(null, 1, &handle, 0, 0, &status);
        OpenClStatus.Check(status, $"clCreateContext on {device.Name}");
        _queue = OpenCl.clCreateCommandQueue(_context, _device, 0, &status);
        if (status == OpenClStatus.Success) return;
        _ = OpenCl.clReleaseContext(_context);
        OpenClStatus.Check(status, $"clCreateCommandQueue on {device.Name}");
    }

    private GpuRuntime(GpuDevice device, bool isOnPaper) => (Device, IsOnPaper) = (device, isOnPaper);

    /// <summary>
    /// Opens nothing: what is allocated is counted, what is compiled noted, what is copied or launched is nothing. A model built on it shows
    /// what it would take, by the very code that takes it.
    /// </summary>
    public static GpuRuntime OnPaper(GpuDevice device) => new(device, isOnPaper: true);

    public GpuDevice Device { get; }

    /// <summary>Whether this is for counting: whoever has much to prepare for a copy may spare it.</summary>
    public bool IsOnPaper { get; }

    /// <summary>What would have been compiled, on paper: a driver's compiler may be there where its card is not.</summary>
    public IReadOnlyList<(string Source, string Options)> Programs => _programs;

    /// <summary>Bytes in buffers now.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>The largest buffer so far.</summary>
    public long LargestBytes { get; private set; }

    /// <summary>Kernels launched since the start.</summary>
    public long Launches { get; private set; }

    /// <summary>Bytes copied between host and device since the start, both ways.</summary>
    public long BytesCopied { get; private set; }

    /// <summary>Memory of zeros.</summary>
    /// <exception cref="GpuException">It is more than one buffer may take.</exception>
    /// <exception cref="GpuMemoryException">It is more than there is.</exception>
    public GpuBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, sizeof(int));
        if (IsOnPaper) return Count(new GpuBuffer(this, 0, bytes));
        if (bytes > Device.LargestBufferBytes)
        {
            throw new GpuException($"{Device.Name} takes at most {Device.LargestBufferBytes} bytes in one buffer; {bytes} are needed.");
        }
        int status;
        var handle = OpenCl.clCreateBuffer(_context, ReadWrite, (nuint)bytes, null, &status);
        if (status != OpenClStatus.Success) OpenClStatus.CheckRoom(status, "clCreateBuffer", Device, bytes, AllocatedBytes);
        var buffer = new GpuBuffer(this, handle, bytes);
        _buffers.Add(buffer);
        Count(buffer);
        byte zero = 0;
        // Drivers give memory to a buffer when it is first used: this is where too little is noticed.
        status = OpenCl.clEnqueueFillBuffer(_queue, handle, &zero, 1, 0, (nuint)bytes, 0, null, null);
        if (status == OpenClStatus.Success) return buffer;
        buffer.Dispose();
        OpenClStatus.CheckRoom(status, "clEnqueueFillBuffer", Device, bytes, AllocatedBytes);
        return buffer;
    }

    /// <summary>A buffer that holds these values.</summary>
    public GpuBuffer Upload<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        var buffer = Allocate(Math.Max(sizeof(int), (long)values.Length * sizeof(T)));
        Write(buffer, 0, values);
        return buffer;
    }

    /// <param name="first">Element of the buffer that the first value becomes.</param>
    public void Write<T>(GpuBuffer buffer, long first, ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = (long)values.Length * sizeof(T);
        if (bytes == 0) return;
        CheckRange(buffer, first * sizeof(T), bytes);
        if (IsOnPaper) return;
        fixed (T* source = values)
        {
            OpenClStatus.CheckWork(
                OpenCl.clEnqueueWriteBuffer(_queue, buffer.Handle, Blocking, (nuint)(first * sizeof(T)), (nuint)bytes, source, 0, null, null),
                "clEnqueueWriteBuffer", Device);
        }
        BytesCopied += bytes;
    }

    /// <summary>Waits for all that was launched, and copies out.</summary>
    public void Read<T>(GpuBuffer buffer, long first, Span<T> values) where T : unmanaged
    {
        var bytes = (long)values.Length * sizeof(T);
        if (bytes == 0) return;
        CheckRange(buffer, first * sizeof(T), bytes);
        if (IsOnPaper) return;
        fixed (T* target = values)
        {
            OpenClStatus.CheckWork(
                OpenCl.clEnqueueReadBuffer(_queue, buffer.Handle, Blocking, (nuint)(first * sizeof(T)), (nuint)bytes, target, 0, null, null),
                "clEnqueueReadBuffer", Device);
        }
        BytesCopied += bytes;
    }

    /// <summary>Compiles a source, in OpenCL C 1.2, for the device.</summary>
    /// <param name="options">Definitions, for the most part: <c>-DNAME=VALUE</c>.</param>
    /// <returns>The kernels that were asked for, in that order.</returns>
    /// <exception cref="GpuException">It does not compile (the message has the compiler's own), or lacks a kernel.</exception>
    public GpuKernel[] Build(string source, string options, params ReadOnlySpan<string> kernels)
    {
        options = $"-cl-std=CL1.2 {options}";
        if (IsOnPaper)
        {
            _programs.Add((source, options));
            return [.. kernels.ToArray().Select(name => new GpuKernel(0, name))];
        }
        var first = _kernels.Count;
        GpuCompiler.Compile(_context, Device, source, options, kernels, _kernels);
        return [.. _kernels.Skip(first)];
    }

    /// <summary>Queues a kernel whose arguments have all been given.</summary>
    /// <param name="items">Work-items by dimension.</param>
    /// <param name="lanes">Work-items of a group in the first dimension; 0 leaves groups to the driver.</param>
    public void Launch(GpuKernel kernel, (int X, int Y, int Z) items, int lanes = 0)
    {
        var global = stackalloc nuint[] { (nuint)items.X, (nuint)items.Y, (nuint)items.Z };
        var local = stackalloc nuint[] { (nuint)lanes, 1, 1 };
        kernel.Restart();
        if (IsOnPaper) return;
        var status = OpenCl.clEnqueueNDRangeKernel(_queue, kernel.Handle, 3, null, global, lanes == 0 ? null : local, 0, null, null);
        if (status != OpenClStatus.Success) OpenClStatus.CheckWork(status, $"clEnqueueNDRangeKernel of {kernel.Name}", Device);
        Launches++;
    }

    /// <summary>Has the device begin on what was launched.</summary>
    public void Flush() => OpenClStatus.CheckWork(IsOnPaper ? OpenClStatus.Success : OpenCl.clFlush(_queue), "clFlush", Device);

    /// <summary>Returns when all that was launched is done.</summary>
    public void Wait() => OpenClStatus.CheckWork(IsOnPaper ? OpenClStatus.Success : OpenCl.clFinish(_queue), "clFinish", Device);

    public void Dispose()
    {
        if (_isDisposed || IsOnPaper) return;
        _isDisposed = true;
        // What these answer helps nobody any more.
        _ = OpenCl.clFinish(_queue);
        foreach (var buffer in _buffers.ToArray()) buffer.Dispose();
        foreach (var kernel in _kernels) _ = OpenCl.clReleaseKernel(kernel.Handle);
        _ = OpenCl.clReleaseCommandQueue(_queue);
        _ = OpenCl.clReleaseContext(_context);
    }

    /// <summary>For <see cref="GpuBuffer.Dispose"/>.</summary>
    internal void Release(GpuBuffer buffer)
    {
        if (_buffers.Remove(buffer)) AllocatedBytes -= buffer.Bytes;
        _ = OpenCl.clReleaseMemObject(buffer.Handle);
    }

    private GpuBuffer Count(GpuBuffer buffer)
    {
        AllocatedBytes += buffer.Bytes;
        LargestBytes = Math.Max(LargestBytes, buffer.Bytes);
        return buffer;
    }

    private static void CheckRange(GpuBuffer buffer, long offset, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, buffer.Bytes - offset);
    }
}
