using System.Diagnostics;
using CodeExit.Evaluation.Machine;

namespace CodeExit.Tests.Evaluation;

public class MachineCapabilityTests
{
    [Theory]
    [InlineData("32768K\n", 32L << 20)]
    [InlineData("48M", 48L << 20)]
    [InlineData("", 0)]
    [InlineData("K", 0)]
    [InlineData("12", 0)]
    public void Parse_CacheSize_GivesBytes(string text, long expected) => Assert.Equal(expected, LastLevelCache.Parse(text));

    [Fact]
    public void Best_WorkOfAKnownLength_IsNeverMeasuredShorter()
    {
        // More threads than this machine has: some are sure to be kept waiting.
        var length = TimeSpan.FromMilliseconds(1);
        var seconds = ParallelTimer.Best(Environment.ProcessorCount + 2, 30, (_, _) =>
        {
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < length) Thread.SpinWait(10);
        });
        Assert.True(seconds >= length.TotalSeconds, $"{seconds} s");
    }

    [Fact]
    public void Probes_OnThisMachine_ArePhysicallyPossible()
    {
        const int threads = 1;
        Assert.InRange(BandwidthProbe.Read(threads, 16 << 20), 0.1e9, 2e12);
        Assert.InRange(BandwidthProbe.Copy(threads, 16 << 20), 0.1e9, 2e12);
        Assert.InRange(FmaProbe.Peak(threads), 0.5e9, 1e12);
    }
}
