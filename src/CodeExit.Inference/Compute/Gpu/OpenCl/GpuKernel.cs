namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>A kernel and how far its arguments have been given.</summary>
internal sealed unsafe class GpuKernel(nint handle, string name)
{
    private uint _given;

    public nint Handle { get; } = handle;

    public string Name { get; } = name;

    /// <summary>Gives the next arguments, in the order of the source.</summary>
    /// <exception cref="GpuException">One is not of the parameter's type.</exception>
    public GpuKernel With(params ReadOnlySpan<GpuArgument> arguments)
    {
        foreach (var argument in arguments)
        {
            var bits = argument.Bits;
            var status = OpenCl.clSetKernelArg(Handle, _given, argument.Size, &bits);
            if (status != OpenClStatus.Success)
            {
                (var index, _given) = (_given, 0);
                OpenClStatus.Check(status, $"clSetKernelArg of {Name}'s argument {index}");
            }
            _given++;
        }
        return this;
    }

    /// <summary>The next argument is the first.</summary>
    public void Restart() => _given = 0;
}

/// <summary>A buffer (null where the source looks for none) or a number.</summary>
internal readonly struct GpuArgument
{
    private GpuArgument(ulong bits, nuint size)
    {
        Bits = bits;
        Size = size;
    }

    /// <summary>The value's bytes are at its start: the machines that OpenCL runs on are little-endian.</summary>
    public ulong Bits { get; }

    public nuint Size { get; }

    public static implicit operator GpuArgument(GpuBuffer? buffer) => new((ulong)(buffer?.Handle ?? 0), (nuint)nint.Size);

    public static implicit operator GpuArgument(int value) => new((uint)value, sizeof(int));

    public static implicit operator GpuArgument(ulong value) => new(value, sizeof(ulong));

    public static implicit operator GpuArgument(float value) => new(BitConverter.SingleToUInt32Bits(value), sizeof(float));
}
