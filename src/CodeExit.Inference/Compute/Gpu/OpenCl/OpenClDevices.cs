using System.Buffers.Binary;
using System.Text;

namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>Asks the loader what there is. Nothing is asked of a driver before that, and no loader is no error.</summary>
public static unsafe class OpenClDevices
{
    private const ulong AnyKind = 0xFFFFFFFF, CpuKind = 1 << 1, GpuKind = 1 << 2;
    private const uint PlatformName = 0x0902;
    private const uint Kind = 0x1000, LargestBuffer = 0x1010, Memory = 0x101F, LocalMemory = 0x1023, IsAvailable = 0x1027, HasCompiler = 0x1028;
    private const uint Name = 0x102B, Vendor = 0x102C, DriverVersion = 0x102D, Extensions = 0x1030;
    private const uint Uuid = 0x106A, PciBusInfo = 0x410F, NvidiaBus = 0x4008, NvidiaSlot = 0x4009, NvidiaDomain = 0x400A;

    private delegate int InfoCall(nint handle, uint parameter, nuint size, void* value, nuint* needed);

    /// <summary>Devices that can compile and run kernels.</summary>
    /// <exception cref="GpuException">A driver fails on a question that it must answer.</exception>
    public static GpuDeviceList List() => List(OpenCl.LoaderNames);

    internal static GpuDeviceList List(IReadOnlyList<string> loaders)
    {
        if (!OpenCl.IsPresent(loaders)) return new([], $"no OpenCL loader ({string.Join(", ", loaders)}): it comes with the graphics driver");
        uint count = 0;
        var status = OpenCl.clGetPlatformIDs(0, null, &count);
        if (status == OpenClStatus.PlatformNotFound || (status == OpenClStatus.Success && count == 0))
        {
            return new([], "the OpenCL loader knows no driver");
        }
        OpenClStatus.Check(status, "clGetPlatformIDs");
        var platforms = new nint[count];
        fixed (nint* first = platforms) OpenClStatus.Check(OpenCl.clGetPlatformIDs(count, first, null), "clGetPlatformIDs");
        GpuDevice[] devices = [.. platforms.SelectMany(DevicesOf)];
        return new(devices, devices.Length == 0 ? "the OpenCL drivers offer no device" : null);
    }

    private static IEnumerable<GpuDevice> DevicesOf(nint platform)
    {
        uint count = 0;
        var status = OpenCl.clGetDeviceIDs(platform, AnyKind, 0, null, &count);
        if (status == OpenClStatus.DeviceNotFound) return [];
        OpenClStatus.Check(status, "clGetDeviceIDs");
        var devices = new nint[count];
        fixed (nint* first = devices) OpenClStatus.Check(OpenCl.clGetDeviceIDs(platform, AnyKind, count, first, null), "clGetDeviceIDs");
        var name = Text(OpenCl.clGetPlatformInfo, platform, PlatformName);
        return devices.Where(device => Number<uint>(device, IsAvailable) != 0 && Number<uint>(device, HasCompiler) != 0).Select(device => Describe(device, name));
    }

    private static GpuDevice Describe(nint device, string platform)
    {
        var extensions = Text(OpenCl.clGetDeviceInfo, device, Extensions).Split(' ');
        var kind = Number<ulong>(device, Kind);
        return new GpuDevice(
            Text(OpenCl.clGetDeviceInfo, device, Name),
            Text(OpenCl.clGetDeviceInfo, device, Vendor),
            platform,
            Text(OpenCl.clGetDeviceInfo, device, DriverVersion),
            (kind & GpuKind) != 0 ? GpuDeviceKind.Gpu : (kind & CpuKind) != 0 ? GpuDeviceKind.Cpu : GpuDeviceKind.Other,
            (long)Number<ulong>(device, Memory),
            (long)Number<ulong>(device, LargestBuffer),
            extensions.Contains("cl_khr_device_uuid") ? Convert.ToHexStringLower(Bytes(OpenCl.clGetDeviceInfo, device, Uuid)) : null,
            PciAddress(device, extensions))
        {
            Handle = device,
            LocalMemoryBytes = (long)Number<ulong>(device, LocalMemory),
        };
    }

    private static string? PciAddress(nint device, string[] extensions)
    {
        if (extensions.Contains("cl_khr_pci_bus_info"))
        {
            var info = Bytes(OpenCl.clGetDeviceInfo, device, PciBusInfo); // domain, bus, device, function: 32 bits each
            return Address(Part(info, 0), Part(info, 1), Part(info, 2), Part(info, 3));
        }
        if (!extensions.Contains("cl_nv_device_attribute_query")) return null;
        var slot = Number<uint>(device, NvidiaSlot); // device and, in the lowest three bits, function
        return Address(Number<uint>(device, NvidiaDomain), Number<uint>(device, NvidiaBus), slot >> 3, slot & 7);
    }

    private static string Address(uint domain, uint bus, uint slot, uint function) => $"{domain:x4}:{bus:x2}:{slot:x2}.{function:x}";

    private static uint Part(byte[] info, int index)
    {
        var part = info.AsSpan(index * sizeof(uint));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(part) : BinaryPrimitives.ReadUInt32BigEndian(part);
    }

    private static T Number<T>(nint device, uint parameter) where T : unmanaged
    {
        T value = default;
        OpenClStatus.Check(OpenCl.clGetDeviceInfo(device, parameter, (nuint)sizeof(T), &value, null), $"clGetDeviceInfo of 0x{parameter:x}");
        return value;
    }

    private static string Text(InfoCall call, nint handle, uint parameter) => Encoding.UTF8.GetString(Bytes(call, handle, parameter)).TrimEnd('\0').Trim();

    private static byte[] Bytes(InfoCall call, nint handle, uint parameter)
    {
        nuint size = 0;
        OpenClStatus.Check(call(handle, parameter, 0, null, &size), $"OpenCL's information 0x{parameter:x}");
        var bytes = new byte[size];
        fixed (byte* first = bytes) OpenClStatus.Check(call(handle, parameter, size, first, null), $"OpenCL's information 0x{parameter:x}");
        return bytes;
    }
}
