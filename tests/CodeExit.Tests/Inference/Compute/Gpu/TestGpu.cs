using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Tests.Inference.Compute.Gpu;

/// <summary>The first OpenCL device, PoCL in CI.</summary>
internal static class TestGpu
{
    private static readonly GpuDeviceList Devices = OpenClDevices.List();

    public static string? WhyNone => Devices.Reason is { } reason ? $"{reason}; PoCL does (Debian: pocl-opencl-icd, ocl-icd-libopencl1)" : null;

    public static GpuDevice Device => Devices.Devices[0];
}

/// <summary>A test that needs an OpenCL device. Skipped, and the reason printed, where there is none.</summary>
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute() => Skip = TestGpu.WhyNone;
}

/// <inheritdoc cref="GpuFactAttribute"/>
internal sealed class GpuTheoryAttribute : TheoryAttribute
{
    public GpuTheoryAttribute() => Skip = TestGpu.WhyNone;
}
