using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Telemetry.Sources.Nvml;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

/// <summary>The same card, as NVML, CUDA, the kernel and OpenCL call it.</summary>
public sealed class EnergySourceInfoTests
{
    private const string Uuid = "GPU-00112233-4455-6677-8899-aabbccddeeff";

    [Theory]
    [InlineData("GPU-00112233-4455-6677-8899-aabbccddeeff", true)]
    [InlineData("00112233445566778899aabbccddeeff", true)] // OpenCL
    [InlineData("00112233-4455-6677-8899-AABBCCDDEEFF", true)]
    [InlineData("00112233445566778899aabbccddeefe", false)]
    [InlineData("0000:01:00.0", true)] // the kernel
    [InlineData("00000000:01:00.0", true)] // NVML
    [InlineData("01:00.0", true)]
    [InlineData("0000:02:00.0", false)]
    [InlineData("0001:01:00.0", false)]
    [InlineData("", false)]
    [InlineData("GPU-", false)]
    public void Is_ANameOfARuntime_IsThisCardOrNot(string name, bool isThis)
    {
        var info = new EnergySourceInfo("nvml:a", "Card", "gpu", EnergyLabel.MeasuredCounter, TimeSpan.Zero) { Uuid = Uuid, PciId = "0000:01:00.0" };

        Assert.Equal(isThis, info.Is(name));
        Assert.False((info with { Uuid = null, PciId = null }).Is(name));
    }

    [StubFact]
    public void CardMemory_CardsOfNvml_TellsWhatIsFreeOnTheOneAskedFor()
    {
        using var stub = new NvmlStub(new SimulatedTime());
        stub.AddCard(Uuid, bus: 1);
        stub.AddCard("GPU-b", bus: 2);
        stub.Memory(0, 3UL << 30);

        Assert.Equal(3L << 30, CardMemory.Free(stub.Options, "00112233445566778899aabbccddeeff"));
        Assert.Equal(3L << 30, CardMemory.Free(stub.Options, "ff", "0000:01:00.0"));
        Assert.Null(CardMemory.Free(stub.Options, "0000:02:00.0")); // does not tell
        Assert.Null(CardMemory.Free(stub.Options, "0000:03:00.0")); // is not there
        Assert.Null(CardMemory.Free(stub.Options with { NvmlLibrary = "/nowhere" }, "0000:01:00.0"));
    }
}
