namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>
/// A kernel and how far its arguments have been given. What an argument was the last time is remembered and not handed to the driver again:
/// a call into it costs as much as all that a decoded token computes of one argument, and most stay what they are.
/// </summary>
internal sealed unsafe class GpuKernel(nint handle, string name)
{
    /// <summary>More than any kernel here has. Not grown when it is used: that may be while tokens are decoded.</summary>
    private const int MostArguments = 32;

    private readonly GpuArgument[] _arguments = new GpuArgument[MostArguments];
    private int _given;

    public nint Handle { get; } = handle;

    public string Name { get; } = name;

    /// <summary>Gives the next arguments, in the order of the source.</summary>
    /// <exception cref="GpuException">One is not of the parameter's type.</exception>
    public GpuKernel With(params ReadOnlySpan<GpuArgument> arguments)
    {
        foreach (ref readonly var argument in arguments)
        {
            ref var last = ref _arguments[_given];
            if (argument != last) Set(argument, ref last);
            _given++;
        }
        return this;
    }

    /// <summary>The next argument is the first.</summary>
    public void Restart() => _given = 0;

    private void Set(GpuArgument argument, ref GpuArgument last)
    {
        var bits = argument.Bits;
        var status = OpenCl.clSetKernelArg(Handle, (uint)_given, argument.Size, &bits);
        if (status == OpenClStatus.Success)
        {
            last = argument;
            return;
        }
        (last, var index, _given) = (default, _given, 0);
        OpenClStatus.Check(status, $"clSetKernelArg of {Name}'s argument {index}");
    }
}

/// <summary>A buffer (null where the source looks for none) or a number. The default is neither.</summary>
internal readonly record struct GpuArgument
{
    private GpuArgument(ulong bits, nuint size, long buffer)
    {
        Bits = bits;
        Size = size;
        Buffer = buffer;
    }

    /// <summary>The value's bytes are at its start: the machines that OpenCL runs on are little-endian.</summary>
    public ulong Bits { get; }

    public nuint Size { get; }

    /// <summary>Which buffer: a driver may give the handle of one that is gone to another. 0 for none.</summary>
    private long Buffer { get; }

    public static implicit operator GpuArgument(GpuBuffer? buffer) => new((ulong)(buffer?.Handle ?? 0), (nuint)nint.Size, buffer?.Id ?? 0);

    public static implicit operator GpuArgument(int value) => new((uint)value, sizeof(int), 0);

    public static implicit operator GpuArgument(ulong value) => new(value, sizeof(ulong), 0);

    public static implicit operator GpuArgument(float value) => new(BitConverter.SingleToUInt32Bits(value), sizeof(float), 0);
}
