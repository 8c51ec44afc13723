using System.Reflection;
using System.Runtime.InteropServices;

namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>The OpenCL 1.2 calls that the backend needs, of the system's loader. Look at <see cref="IsPresent"/> before any other.</summary>
internal static unsafe partial class OpenCl
{
    /// <summary>Names a library to load in place of the system's loader: for tests and odd machines.</summary>
    public const string LibraryVariable = "CODEEXIT_OPENCL_LIBRARY";

    private static readonly string? Given = Environment.GetEnvironmentVariable(LibraryVariable) is { Length: > 0 } given ? given : null;

    /// <summary>What the loader is called here. It comes with the graphics driver.</summary>
    public static readonly IReadOnlyList<string> LoaderNames =
        Given is not null ? [Given]
        : OperatingSystem.IsWindows() ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
        : ["libOpenCL.so.1"];

    private const string Library = "OpenCL";

    static OpenCl() => NativeLibrary.SetDllImportResolver(typeof(OpenCl).Assembly, Resolve);

    /// <summary>Whether <see cref="LibraryVariable"/> names one.</summary>
    public static bool IsGiven => Given is not null;

    /// <summary>Whether one of these loaders is there.</summary>
    public static bool IsPresent(IReadOnlyList<string> names) => names.Any(name => NativeLibrary.TryLoad(name, out _));

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var loader in LoaderNames)
        {
            if (NativeLibrary.TryLoad(loader, out var handle)) return handle;
        }
        return 0;
    }

    [LibraryImport(Library)]
    public static partial int clGetPlatformIDs(uint count, nint* platforms, uint* available);

    [LibraryImport(Library)]
    public static partial int clGetPlatformInfo(nint platform, uint parameter, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)]
    public static partial int clGetDeviceIDs(nint platform, ulong kind, uint count, nint* devices, uint* available);

    [LibraryImport(Library)]
    public static partial int clGetDeviceInfo(nint device, uint parameter, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)]
    public static partial nint clCreateContext(nint* properties, uint count, nint* devices, nint callback, nint data, int* status);

    [LibraryImport(Library)]
    public static partial int clReleaseContext(nint context);

    // Deprecated since 2.0 and there in every driver; its successor is missing in 1.2.
    [LibraryImport(Library)]
    public static partial nint clCreateCommandQueue(nint context, nint device, ulong properties, int* status);

    [LibraryImport(Library)]
    public static partial int clReleaseCommandQueue(nint queue);

    [LibraryImport(Library)]
    public static partial nint clCreateBuffer(nint context, ulong flags, nuint size, void* host, int* status);

    [LibraryImport(Library)]
    public static partial int clReleaseMemObject(nint buffer);

    [LibraryImport(Library)]
    public static partial int clEnqueueWriteBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* source, uint waits, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    public static partial int clEnqueueReadBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* target, uint waits, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    public static partial int clEnqueueFillBuffer(
        nint queue, nint buffer, void* pattern, nuint patternSize, nuint offset, nuint size, uint waits, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    public static partial nint clCreateProgramWithSource(nint context, uint count, byte** sources, nuint* lengths, int* status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int clBuildProgram(nint program, uint count, nint* devices, string options, nint callback, nint data);

    [LibraryImport(Library)]
    public static partial int clGetProgramBuildInfo(nint program, nint device, uint parameter, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)]
    public static partial int clReleaseProgram(nint program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint clCreateKernel(nint program, string name, int* status);

    [LibraryImport(Library)]
    public static partial int clReleaseKernel(nint kernel);

    [LibraryImport(Library)]
    public static partial int clSetKernelArg(nint kernel, uint index, nuint size, void* value);

    [LibraryImport(Library)]
    public static partial int clEnqueueNDRangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offsets, nuint* items, nuint* groupItems, uint waits, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    public static partial int clFlush(nint queue);

    [LibraryImport(Library)]
    public static partial int clFinish(nint queue);
}
