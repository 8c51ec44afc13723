using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>nvmlFieldValue_t: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct NvmlFieldValue
{
    /// <summary>Power of now, mW; drivers after 530. (185 is the average over a second.)</summary>
    public const uint InstantPower = 186;

    [FieldOffset(0)] public uint FieldId;

    /// <summary>0: the GPU; 1: the module that it sits on.</summary>
    [FieldOffset(4)] public uint ScopeId;
    [FieldOffset(24)] public uint ValueType;

    /// <summary>Of this field: the call as a whole may succeed and this fail.</summary>
    [FieldOffset(28)] public NvmlStatus Status;
    [FieldOffset(32)] public uint UInt;
    [FieldOffset(32)] public ulong ULong;

    /// <summary>nvmlValueType_t: 1 is unsigned int, 2 unsigned long, 3 unsigned long long.</summary>
    public readonly ulong? Whole => ValueType switch
    {
        1 => UInt,
        2 or 3 => ULong,
        _ => null,
    };
}

/// <summary>nvmlPciInfo_t: 68 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 68)]
internal struct NvmlPciInfo
{
    [FieldOffset(16)] public uint Domain;
    [FieldOffset(20)] public uint Bus;
    [FieldOffset(24)] public uint Device;
}

/// <summary>nvmlMemory_t: bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NvmlMemory(ulong Total, ulong Free, ulong Used);

/// <summary>nvmlProcessUtilizationSample_t: 32 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct NvmlProcessSample
{
    [FieldOffset(0)] public uint ProcessId;

    /// <summary>µs since 1970.</summary>
    [FieldOffset(8)] public ulong Timestamp;

    /// <summary>Percent of the time in which one of the process's kernels ran.</summary>
    [FieldOffset(16)] public uint SmUtilization;
}

/// <summary>Room for NVML's longest name or UUID.</summary>
[InlineArray(Length)]
internal struct NvmlText
{
    public const int Length = 96;

    private byte _first;
}
