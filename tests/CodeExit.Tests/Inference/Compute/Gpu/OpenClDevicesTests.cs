using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Tests.Inference.Compute.Gpu;

public sealed class OpenClDevicesTests
{
    [Fact]
    public void List_NoLoader_IsEmptyWithTheReason()
    {
        var list = OpenClDevices.List(["libNoSuchOpenCl.so.9"]);

        Assert.Empty(list.Devices);
        Assert.Contains("libNoSuchOpenCl.so.9", list.Reason, StringComparison.Ordinal);
    }

    /// <summary>With or without a loader or a driver on this machine: never an exception, and a reason exactly where nothing is listed.</summary>
    [Fact]
    public void List_OnThisMachine_HasDevicesOrAReason()
    {
        var list = OpenClDevices.List();

        Assert.Equal(list.Devices.Count == 0, list.Reason is not null);
    }

    [GpuFact]
    public void List_ADevice_IsDescribed()
    {
        foreach (var device in OpenClDevices.List().Devices)
        {
            Assert.NotEmpty(device.Name);
            Assert.NotEmpty(device.Vendor);
            Assert.NotEmpty(device.Platform);
            Assert.NotEmpty(device.Driver);
            Assert.DoesNotContain('\0', device.Name + device.Vendor + device.Platform + device.Driver);
            Assert.InRange(device.LargestBufferBytes, 1 << 20, device.MemoryBytes);
            Assert.Matches("^([0-9a-f]{32})?$", device.Uuid ?? "");
            Assert.Matches("^([0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])?$", device.PciAddress ?? "");
        }
    }
}
