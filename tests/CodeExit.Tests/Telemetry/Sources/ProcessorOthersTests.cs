using CodeExit.Telemetry.Sources;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class ProcessorOthersTests : IDisposable
{
    private readonly string _stat = Path.GetTempFileName();

    [Fact]
    public void Total_BusyTicksOfAll_LessOwnTimePerThread()
    {
        // proc(5): user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second
        File.WriteAllText(_stat, "cpu  1000 200 300 99999 500 10 20 7777 600 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n");
        var others = new ProcessorOthers(_stat, threads: 2, () => TimeSpan.FromSeconds(5.3));

        Assert.Equal((15.3 - 5.3) / 2, others.Total()!.Value.TotalSeconds, 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("intr 1 2 3")]
    [InlineData("cpu  1 2 3")]
    public void Total_NoSuchForm_IsUnknown(string content)
    {
        File.WriteAllText(_stat, content);

        Assert.Null(new ProcessorOthers(_stat, 2, () => TimeSpan.Zero).Total());
    }

    [Fact]
    public void Total_NoSuchFile_IsUnknown() => Assert.Null(new ProcessorOthers("/nowhere/stat", 2, () => TimeSpan.Zero).Total());

    public void Dispose() => File.Delete(_stat);
}
