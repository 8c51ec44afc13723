using CodeExit.Cli;
using CodeExit.Cli.Devices;

namespace CodeExit.Tests.Cli.Devices;

public sealed class DeviceChoiceTests
{
    [Theory]
    [InlineData("auto", "Auto", null)]
    [InlineData("cpu", "Cpu", null)]
    [InlineData("gpu", "Gpu", null)]
    [InlineData("gpu:1", "Gpu", "1")]
    [InlineData("gpu:0000:01:00.0", "Gpu", "0000:01:00.0")]
    [InlineData("gpu:GPU-00112233-4455-6677-8899-aabbccddeeff", "Gpu", "GPU-00112233-4455-6677-8899-aabbccddeeff")]
    public void TryParse_ADevice_IsWrittenAsItWasRead(string text, string device, string? gpu)
    {
        Assert.True(DeviceChoice.TryParse(text, out var choice));

        Assert.Equal(new DeviceChoice(Enum.Parse<Device>(device), gpu), choice);
        Assert.Equal(text, choice.Value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("GPU")]
    [InlineData("gpu:")]
    [InlineData("cpu:0")]
    [InlineData("cuda")]
    public async Task Complete_NoDevice_IsBadUsageThatNamesWhatWouldBeRight(string text)
    {
        using var cli = new TestCli();

        Assert.Equal(2, await cli.RunAsync("complete", cli.Ready() + ":2", "--device", text));

        var line = Assert.Single(cli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Contains($"--device {text}: must be one of auto, cpu, gpu, gpu:N", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complete_OneOfSeveralGpus_ReachesTheService()
    {
        using var cli = new TestCli();

        Assert.Equal(0, await cli.RunAsync("complete", cli.Ready() + ":2", "--device", "gpu:1"));

        Assert.Equal(new Placement(Device.Gpu) { Gpu = "1" }, cli.Composition.Settings!.Placement);
    }
}
