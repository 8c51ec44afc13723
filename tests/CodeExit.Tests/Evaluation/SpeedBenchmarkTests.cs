using CodeExit.Evaluation.Machine;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Evaluation;

public class SpeedBenchmarkTests
{
    private static readonly SpeedOptions Options = new() { Repeats = 3 };

    [Fact]
    public async Task RunAsync_KnownTimes_AreTheMeasurement()
    {
        var generator = new FakeGenerator();

        var measurement = await RunAsync(generator);

        Assert.Equal(512, measurement.PrefillTokens);
        Assert.Equal(0.512, measurement.PrefillSeconds, 9); // 1 ms for each prompt token
        Assert.Equal(64, measurement.DecodeTokens);
        Assert.Equal(0.128, measurement.DecodeSeconds, 9); // 2 ms for each token after the first
        Assert.Equal(256, measurement.FirstSuggestion.Warm, 9);
        Assert.Equal(4, measurement.FirstSuggestion.Typing, 9);
        Assert.True(generator.Disposed);
    }

    [Fact]
    public async Task RunAsync_Prompts_ReuseOnlyWhereReuseIsMeasured()
    {
        var generator = new FakeGenerator();

        await RunAsync(generator);

        Assert.All(generator.Calls, call => Assert.Equal(call.Length == 260 ? 256 : 0, call.Reused));
    }

    [Fact]
    public async Task RunAsync_ShortContext_TakesShorterPrompts()
    {
        var generator = new FakeGenerator { ContextLength = 200 };

        var measurement = await RunAsync(generator);

        Assert.Equal(199, measurement.PrefillTokens);
        Assert.All(generator.Calls, call => Assert.True(call.Length + call.MaxTokens <= 200));
    }

    [Fact]
    public async Task RunAsync_ContextTooShort_SaysWhatItTakes()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(new FakeGenerator { ContextLength = 64 }));
        Assert.Contains("130", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_MachineOfChangingSpeed_IsTheMiddleOfTheRounds()
    {
        // The first is taken while warming up and does not count.
        var speeds = new Queue<double>([1e12, 30e9, 50e9, 40e9]);
        var machine = (await RunAsync(Subject(new FakeGenerator(), () => Machine(speeds.Dequeue())))).Machine;

        Assert.Equal((40e9, 80e9, 400e9), (machine.ReadBandwidth, machine.CopyBandwidth, machine.FmaPeak));
    }

    private static MachineCapability Machine(double speed) => new(2, 1 << 20, speed, 2 * speed, 10 * speed);

    private static SpeedSubject Subject(FakeGenerator generator, Func<MachineCapability>? machine = null) =>
        new("m", new ModelWork(1, 1, 1, 1), "f32", 1, 4, generator, new FullDepthPolicy(), new ScriptedProbe(machine ?? (() => Machine(1e9))));

    private static Task<SpeedMeasurement> RunAsync(SpeedSubject subject) =>
        new SpeedBenchmark(Options, static _ => { }).RunAsync(() => subject, createMeter: null, CancellationToken.None);

    private static Task<SpeedMeasurement> RunAsync(FakeGenerator generator) => RunAsync(Subject(generator));
}
