using System.Text.Json;
using CodeExit.Tests.Cli.Daemon;
using CodeExit.Tests.Inference.Compute.Gpu;
using CodeExit.Tests.Inference.Compute.Gpu.Simulation;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli.Devices;

/// <summary>The real program in processes, on made-up cards behind which PoCL computes.</summary>
public sealed class DeviceProcessTests : IDisposable
{
    private static readonly string[] Complete = ["complete", RepositoryFiles.Path("examples", "find_files.py") + ":6", "--json", "--mode", "lossless", "--precision", "bf16"];

    private readonly OpenClShim? _shim = TestGpu.WhyNone is null && StubSkip.Reason is null ? new OpenClShim() : null;
    private readonly DaemonWorld _world;

    public DeviceProcessTests() => _world = new DaemonWorld { Environment = new(_shim?.Environment ?? []) { ["CODEEXIT_SYSFS"] = "/nowhere", ["CODEEXIT_NVML_LIBRARY"] = "/nowhere" } };

    private OpenClShim Shim => _shim!;

    public void Dispose()
    {
        _world.Dispose();
        _shim?.Dispose();
    }

    [ShimFact]
    public async Task Power_TwoCards_ListsThemFirstWithMemoryDriverAndPlace()
    {
        (Shim.Cards, Shim.FreeMemory) = (2, 512 << 20);

        var devices = (await JsonAsync("power", "--json")).GetProperty("devices");

        var list = devices.GetProperty("list").EnumerateArray().ToArray();
        Assert.Equal(["Shim Card 0", "Shim Card 1"], list[..2].Select(device => device.GetProperty("name").GetString()));
        Assert.Equal(["gpu", "gpu", "cpu"], list.Select(device => device.GetProperty("kind").GetString()));
        Assert.Equal(["0000:01:00.0", "0000:02:00.0"], list[..2].Select(device => device.GetProperty("pciId").GetString()));
        Assert.Equal((OpenClShim.Uuid, 1L << 30, 512L << 20), (Text(list[0], "uuid"), list[0].GetProperty("memoryBytes").GetInt64(), list[0].GetProperty("freeMemoryBytes").GetInt64()));
        Assert.NotEmpty(Text(list[0], "driver"));
        Assert.Equal(JsonValueKind.Null, devices.GetProperty("reason").ValueKind);
        Assert.Equal(0, Shim.Opened); // a look opens nothing
        Assert.Contains("0  Shim Card 0, gpu, 1.0 GiB (512.0 MiB free), ", (await _world.RunAsync("power")).Out, StringComparison.Ordinal);
    }

    [ShimFact]
    public async Task ModelInfo_ACard_SaysWhetherTheModelFitsAndHowItWouldBeHeld()
    {
        Shim.Memory = 1 << 20;

        var device = (await JsonAsync("model", "info", "--json")).GetProperty("devices").GetProperty("list")[0];

        var fit = device.GetProperty("model");
        Assert.Equal((false, "int8"), (fit.GetProperty("fits").GetBoolean(), Text(fit, "precision")));
        Assert.NotEmpty(Text(fit, "reason"));
        Assert.Contains("device 0", (await _world.RunAsync("model", "info")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Power_NoLoader_SaysWhyThereIsNoDevice()
    {
        _world.Environment["CODEEXIT_OPENCL_LIBRARY"] = "libNoSuchOpenCl.so.9";

        Assert.Contains("libNoSuchOpenCl.so.9", Text((await JsonAsync("power", "--json")).GetProperty("devices"), "reason"), StringComparison.Ordinal);
        Assert.Contains("No OpenCL device for --device gpu: no OpenCL loader", (await _world.RunAsync("power")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Power_LibraryThatIsNoLoader_SaysSo()
    {
        if (!OperatingSystem.IsLinux()) return; // where such a library is to be had
        _world.Environment["CODEEXIT_OPENCL_LIBRARY"] = "libc.so.6";

        Assert.Contains("libc.so.6 is no OpenCL loader", Text((await JsonAsync("power", "--json")).GetProperty("devices"), "reason"), StringComparison.Ordinal);
        Assert.Equal("cpu", Text(await JsonAsync([.. Complete, "--device", "auto"]), "device"));
    }

    [ShimFact]
    public async Task Complete_AutoAndACard_RunsThereAndSaysTheSameAsTheCpu()
    {
        var (cpu, auto) = (await JsonAsync([.. Complete, "--device", "cpu"]), await JsonAsync([.. Complete, "--device", "auto"]));

        Assert.Equal(("cpu", "gpu"), (Text(cpu, "device"), Text(auto, "device")));
        Assert.Equal(Text(cpu, "text"), Text(auto, "text"));
        Assert.True(Shim.Launches > 0);
        AssertNothingIsHeld();
    }

    [ShimFact]
    public async Task Complete_AutoAndNoCard_IsTheCpuWithoutAWord()
    {
        Shim.Cards = 0;

        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "auto"]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal("cpu", Text(JsonDocument.Parse(output).RootElement, "device"));
        Assert.Equal(0, Shim.Opened);
    }

    /// <summary>Whatever a driver does wrong while it is opened: there is an answer, and one line that says why it is the processor's.</summary>
    [ShimFact]
    public async Task Complete_AutoAndADriverThatFails_IsTheCpuWithTheReasonInALine()
    {
        foreach (var (call, said) in new[] { (ShimCall.Context, "clCreateContext"), (ShimCall.Build, "clBuildProgram"), (ShimCall.Allocate, "the model takes "), (ShimCall.Launch, "was lost (") })
        {
            Shim.Fail(call, call == ShimCall.Allocate ? OpenClShim.OutOfMemory : OpenClShim.OutOfResources, after: call == ShimCall.Allocate ? 20 : 0);

            var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "auto"]);

            Assert.True(exitCode == 0, error);
            Assert.Equal("cpu", Text(JsonDocument.Parse(output).RootElement, "device"));
            var line = Assert.Single(error.TrimEnd().Split('\n'));
            Assert.StartsWith("codeexit: the model runs on the processor, not on Shim Card 0: ", line, StringComparison.Ordinal);
            Assert.Contains(said, line, StringComparison.Ordinal);
            AssertNothingIsHeld();
        }
    }

    [ShimFact]
    public async Task Complete_AutoAndADriverThatEndsTheProcess_IsTheCpuTheThirdTime()
    {
        Shim.Fail(ShimCall.Build, OpenClShim.Abort, times: -1);

        for (var i = 0; i < 2; i++) Assert.NotEqual(0, (await _world.RunAsync([.. Complete, "--device", "auto"])).ExitCode);
        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "auto"]);

        Assert.True(exitCode == 0, error);
        Assert.Equal("cpu", Text(JsonDocument.Parse(output).RootElement, "device"));
        Assert.Contains("Shim Card 0: its driver ended 2 processes", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [ShimFact]
    public async Task Complete_GpuWithoutRoom_IsRefusedInALineBeforeAnythingIsOpened()
    {
        Shim.Memory = 1 << 20;

        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "gpu"]);

        Assert.Equal((1, ""), (exitCode, output));
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Matches(@"^codeexit: the model takes [\d.]+ MiB \([\d.]+ MiB in bf16, [\d.]+ MiB for its cache\) on Shim Card 0, and it has 1\.0 MiB; .*--device cpu", line);
        Assert.Equal(0, Shim.Opened);
    }

    [ShimFact]
    public async Task Complete_DriverRefusesMemoryThatShouldBeThere_IsTheSameKindOfMessage()
    {
        Shim.Fail(ShimCall.Allocate, OpenClShim.OutOfMemory, after: 20);

        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "gpu"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"^codeexit: the model takes [\d.]+ MiB \(.*\) on Shim Card 0, and its driver refused [\d.]+ MiB after [\d.]+ MiB: .*--device cpu", Assert.Single(error.TrimEnd().Split('\n')));
        AssertNothingIsHeld();
    }

    [ShimFact]
    public async Task Complete_DeviceLostOnce_IsAnsweredAndSaysSo()
    {
        var expected = Text(await JsonAsync([.. Complete, "--device", "gpu"]), "text");
        foreach (var (call, status) in new[] { (ShimCall.Launch, OpenClShim.OutOfResources), (ShimCall.Read, OpenClShim.InvalidCommandQueue), (ShimCall.Launch, OpenClShim.OutOfMemory) })
        {
            var opened = Shim.Opened;
            Shim.Fail(call, status, after: 3);

            var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "gpu"]);

            Assert.True(exitCode == 0, error);
            var root = JsonDocument.Parse(output).RootElement;
            Assert.Equal((expected, "gpu"), (Text(root, "text"), Text(root, "device")));
            Assert.Contains("Shim Card 0 was lost (", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.Equal(opened + 2, Shim.Opened);
            AssertNothingIsHeld();
        }
    }

    [ShimFact]
    public async Task Complete_AutoAndDeviceLost_IsAnsweredByTheCpu()
    {
        Shim.Fail(ShimCall.Launch, OpenClShim.InvalidCommandQueue, after: 100, times: -1); // behind the token that is tried at the load

        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "auto"]);

        Assert.True(exitCode == 0, error);
        Assert.Equal("cpu", Text(JsonDocument.Parse(output).RootElement, "device"));
        Assert.Equal(2, error.TrimEnd().Split('\n').Length); // what was lost, and where the model is now
        AssertNothingIsHeld();
    }

    [ShimFact]
    public async Task Complete_DeviceLostAgainAndAgain_FailsInALine()
    {
        Shim.Fail(ShimCall.Launch, OpenClShim.InvalidCommandQueue, after: 3, times: -1);

        var (exitCode, output, error) = await _world.RunAsync([.. Complete, "--device", "gpu"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("codeexit: Shim Card 0 was lost (clEnqueueNDRangeKernel of ", error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        AssertNothingIsHeld();
    }

    [ShimFact]
    public async Task Complete_TwoProcessesOnOneCard_BothSayTheSame()
    {
        var expected = Text(await JsonAsync([.. Complete, "--device", "cpu"]), "text");

        var both = await Task.WhenAll(JsonAsync([.. Complete, "--device", "gpu:0"]), JsonAsync([.. Complete, "--device", "gpu:0"]));

        Assert.All(both, answer => Assert.Equal((expected, "gpu"), (Text(answer, "text"), Text(answer, "device"))));
        Assert.Equal(2, Shim.Opened);
    }

    [ShimFact]
    public async Task Complete_OnACardThatNvmlKnows_IsBilledByItsCounterWithTheProcessorApart()
    {
        using var nvml = new NvmlStub(new SimulatedTime()); // in the process: one card of 70 W at 01:00.0, on the real clock
        _world.Environment["CODEEXIT_NVML_LIBRARY"] = nvml.Path;

        var answer = await JsonAsync([.. Complete, "--device", "gpu"]);

        var (card, processor) = (answer.GetProperty("energy"), answer.GetProperty("processorEnergy"));
        Assert.Equal(("nvml:GPU-00000000-0000-0000-0000-000000000000", "gpu", "measured-counter"), (Text(card, "source"), Text(card, "scope"), Text(card, "label")));
        Assert.True(card.GetProperty("joules").GetDouble() > 0);
        Assert.Equal(("estimate:cpu-time", "process", "estimated-model"), (Text(processor, "source"), Text(processor, "scope"), Text(processor, "label")));
        Assert.Equal(JsonValueKind.Null, (await JsonAsync([.. Complete, "--device", "cpu"])).GetProperty("processorEnergy").ValueKind);
    }

    [ShimFact]
    public async Task Complete_OnACardThatNothingReads_HasNoJoulesOfTheCard()
    {
        var energy = (await JsonAsync([.. Complete, "--device", "gpu"])).GetProperty("energy");

        Assert.Equal(("unavailable", JsonValueKind.Null), (Text(energy, "label"), energy.GetProperty("joules").ValueKind));
        Assert.StartsWith("gpu:0000:01:00.0: ", Text(energy, "source"), StringComparison.Ordinal);
    }

    [ShimFact]
    public async Task Complete_OnPocl_IsBilledAsTheProcessorThatItIs()
    {
        Shim.Cards = 0;

        var answer = await JsonAsync([.. Complete, "--device", "gpu"]);

        Assert.Equal(("gpu", "process"), (Text(answer, "device"), Text(answer.GetProperty("energy"), "scope")));
    }

    /// <summary>Whatever happened, the process let go of all that it had of the card.</summary>
    private void AssertNothingIsHeld()
    {
        Assert.Equal((0, 0, 0, 0, 0), Shim.Held);
        Assert.Equal(0, Shim.Bytes.Now);
    }

    private async Task<JsonElement> JsonAsync(params string[] args)
    {
        var (exitCode, output, error) = await _world.RunAsync(args);
        Assert.True(exitCode == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
