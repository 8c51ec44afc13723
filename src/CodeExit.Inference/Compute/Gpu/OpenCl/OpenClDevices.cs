using System.Buffers.Binary;
using System.Text;

namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>Asks the loader what there is. Nothing is asked of a driver before that, and no loader is no error.</summary>
public static unsafe class OpenClDevices
{
    private const ulong AnyKind = 0xFFFFFFFF, CpuKind = 1 << 1, GpuKind = 1 << 2;
    private const uint PlatformName = 0x0902;
    private const uint Kind = 0x1000, LargestBuffer = 0x1010, Memory = 0x101F, LocalMemory = 0x1023, IsAvailable = 0x1027, HasCompiler = 0x1028;
    private const uint UnifiedMemory = 0x1035, FreeMemoryAmd = 0x4039;
    private const uint Name = 0x102B, Vendor = 0x102C, DriverVersion = 0x102D, Extensions = 0x1030;
    private const uint Uuid = 0x106A, PciBusInfo = 0x410F, NvidiaBus = 0x4008, NvidiaSlot = 0x4009, NvidiaDomain = 0x400A;

    /// <summary>NVIDIA's driver, AMD's compute driver, and Windows' below WSL.</summary>
    private static readonly string[] KernelInterfaces = ["/dev/nvidiactl", "/dev/kfd", "/dev/dxg"];

    private delegate int InfoCall(nint handle, uint parameter, nuint size, void* value, nuint* needed);

    /// <summary>
    /// Whether the kernel gives this process any GPU at all. Where it does not, a loader need not be asked: that loads every driver there is,
    /// PoCL with its compiler among them, which take time and 100 MB. True on Windows, where nobody can tell so cheaply; false on macOS,
    /// whose OpenCL is deprecated and was never tried here.
    /// </summary>
    public static bool MayHaveGpu => !OperatingSystem.IsMacOS() && HasDeviceFiles || OpenCl.IsGiven;

    /// <summary>Devices that can compile and run kernels. A driver that fails on a question that it must answer has none.</summary>
    public static GpuDeviceList List() => List(OpenCl.LoaderNames);

    /// <summary>Bytes that are free now; null where the driver does not tell. Of OpenCL's drivers AMD's does.</summary>
    public static long? FreeMemory(GpuDevice device)
    {
        const int BytesPerUnit = 1024;
        if (!device.TellsFreeMemory) return null;
        nuint all = 0; // the whole is the first of one or two numbers
        Span<byte> answer = stackalloc byte[4 * sizeof(ulong)];
        fixed (byte* first = answer)
        {
            if (OpenCl.clGetDeviceInfo(device.Handle, FreeMemoryAmd, (nuint)answer.Length, first, null) != OpenClStatus.Success) return null;
            all = *(nuint*)first;
        }
        return (long)all * BytesPerUnit;
    }

    internal static GpuDeviceList List(IReadOnlyList<string> loaders)
    {
        if (!OpenCl.IsPresent(loaders)) return new([], $"no OpenCL loader ({string.Join(", ", loaders)}): it comes with the graphics driver");
        uint count = 0;
        int status;
        try
        {
            status = OpenCl.clGetPlatformIDs(0, null, &count);
        }
        catch (EntryPointNotFoundException)
        {
            return new([], $"{string.Join(", ", loaders)} is no OpenCL loader: it lacks clGetPlatformIDs");
        }
        if (status == OpenClStatus.PlatformNotFound || (status == OpenClStatus.Success && count == 0))
        {
            return new([], "the OpenCL loader knows no driver");
        }
        if (status != OpenClStatus.Success) return new([], $"the OpenCL loader fails: clGetPlatformIDs: {OpenClStatus.Name(status)}");
        var platforms = new nint[count];
        fixed (nint* first = platforms) OpenClStatus.Check(OpenCl.clGetPlatformIDs(count, first, null), "clGetPlatformIDs");
        var failure = "the OpenCL drivers offer no device";
        var devices = new List<GpuDevice>();
        foreach (var platform in platforms)
        {
            try
            {
                devices.AddRange(DevicesOf(platform));
            }
            catch (GpuException refusal)
            {
                failure = $"an OpenCL driver fails: {refusal.Message}"; // and hides no other driver's devices
            }
        }
        return new([.. devices.OrderBy(Rank)], devices.Count == 0 ? failure : null); // a stable sort
    }

    private static bool HasDeviceFiles => !OperatingSystem.IsLinux()
        || KernelInterfaces.Any(File.Exists)
        || Directory.Exists("/dev/dri") && Directory.EnumerateFiles("/dev/dri", "renderD*").Any();

    private static int Rank(GpuDevice device) => device.Kind != GpuDeviceKind.Gpu ? 2 : device.SharesMemory ? 1 : 0;

    private static IReadOnlyList<GpuDevice> DevicesOf(nint platform)
    {
        uint count = 0;
        var status = OpenCl.clGetDeviceIDs(platform, AnyKind, 0, null, &count);
        if (status == OpenClStatus.DeviceNotFound) return [];
        OpenClStatus.Check(status, "clGetDeviceIDs");
        var devices = new nint[count];
        fixed (nint* first = devices) OpenClStatus.Check(OpenCl.clGetDeviceIDs(platform, AnyKind, count, first, null), "clGetDeviceIDs");
        var name = Text(OpenCl.clGetPlatformInfo, platform, PlatformName);
        return [.. devices.Where(device => Number<uint>(device, IsAvailable) != 0 && Number<uint>(device, HasCompiler) != 0).Select(device => Describe(device, name))];
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
            SharesMemory = Number<uint>(device, UnifiedMemory) != 0,
            TellsFreeMemory = extensions.Contains("cl_amd_device_attribute_query"),
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
