using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Compute.Gpu;

public sealed class OpenClStatusTests
{
    private static readonly GpuDevice Device = new("Card", "Vendor", "Platform", "1.0", GpuDeviceKind.Gpu, 1000, 1000, null, null);

    /// <summary>Drivers answer so after a reset; see docs/gpu.md.</summary>
    [Theory]
    [InlineData(-5, "CL_OUT_OF_RESOURCES")]
    [InlineData(-36, "CL_INVALID_COMMAND_QUEUE")]
    [InlineData(-2, "CL_DEVICE_NOT_AVAILABLE")]
    [InlineData(-6, "CL_OUT_OF_HOST_MEMORY")]
    [InlineData(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE")]
    [InlineData(-9999, "-9999")]
    public void CheckWork_StatusOfALostDevice_SaysSoWithCallAndStatus(int status, string name)
    {
        var lost = Assert.Throws<DeviceLostException>(() => OpenClStatus.CheckWork(status, "clFinish", Device));

        Assert.StartsWith("Card was lost (clFinish: ", lost.Message, StringComparison.Ordinal);
        Assert.Contains(name, lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-52)] // arguments missing
    [InlineData(-54)] // group too large
    public void CheckWork_StatusOfABadCall_IsARefusal(int status) =>
        Assert.Throws<GpuException>(() => OpenClStatus.CheckWork(status, "clEnqueueNDRangeKernel", Device));

    [Fact]
    public void CheckRoom_NoRoom_SaysHowMuchWasAskedAndHeld()
    {
        var refusal = Assert.Throws<GpuMemoryException>(() => OpenClStatus.CheckRoom(-4, "clCreateBuffer", Device, 300, 800));

        Assert.Equal((300, 800), (refusal.Asked, refusal.Held));
        Assert.Contains("no room for 300 bytes more beside the 800", refusal.Message, StringComparison.Ordinal);
    }
}
