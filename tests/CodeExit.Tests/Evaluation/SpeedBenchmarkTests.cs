using CodeExit.Evaluation.Machine;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.EarlyExit;
using CodeExit.Tests.Cli;

namespace CodeExit.Tests.Evaluation;

public class SpeedBenchmarkTests
{
    private static readonly SpeedOptions Options = new() { Repeats = 3 };

    [Fact]
    public void Run_KnownTimes_AreTheMeasurement()
    {
        var generator = new FakeGenerator();

        var measurement = Run(generator);

        Assert.Equal(512, measurement.PrefillTokens);
        Assert.Equal(0.512, measurement.PrefillSeconds, 9); // 1 ms for each prompt token
        Assert.Equal(64, measurement.DecodeTokens);
        Assert.Equal(0.128, measurement.DecodeSeconds, 9); // 2 ms for each token after the first
        Assert.Equal(256, measurement.FirstSuggestion.Warm, 9);
        Assert.Equal(4, measurement.FirstSuggestion.Typing, 9);
        Assert.True(generator.Disposed);
    }

    [Fact]
    public void Run_Prompts_ReuseOnlyWhereReuseIsMeasured()
    {
        var generator = new FakeGenerator();

        Run(generator);

        Assert.All(generator.Calls, call => Assert.Equal(call.Length == 260 ? 256 : 0, call.Reused));
    }

    [Fact]
    public void Run_ShortContext_TakesShorterPrompts()
    {
        var generator = new FakeGenerator { ContextLength = 200 };

        var measurement = Run(generator);

        Assert.Equal(199, measurement.PrefillTokens);
        Assert.All(generator.Calls, call => Assert.True(call.Length + call.MaxTokens <= 200));
    }

    [Fact]
    public void Run_ContextTooShort_SaysWhatItTakes()
    {
        var exception = Assert.Throws<ArgumentException>(() => Run(new FakeGenerator { ContextLength = 64 }));
        Assert.Contains("130", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MachineOfChangingSpeed_IsTheMiddleOfTheRounds()
    {
        // The first is taken while warming up and does not count.
        var speeds = new Queue<double>([1e12, 30e9, 50e9, 40e9]);
        var (_, machine) = Benchmark(() => Machine(speeds.Dequeue())).Run(() => Subject(new FakeGenerator()), CancellationToken.None);

        Assert.Equal((40e9, 80e9, 400e9), (machine.ReadBandwidth, machine.CopyBandwidth, machine.FmaPeak));
    }

    private static MachineCapability Machine(double speed) => new(2, 1 << 20, speed, 2 * speed, 10 * speed);

    private static SpeedBenchmark Benchmark(Func<MachineCapability> machine) => new(Options, machine, static _ => { });

    private static SpeedSubject Subject(FakeGenerator generator) => new("m", new ModelWork(1, 1, 1, 1), "f32", 1, 4, generator, new FullDepthPolicy());

    private static SpeedMeasurement Run(FakeGenerator generator) =>
        Benchmark(() => Machine(1e9)).Run(() => Subject(generator), CancellationToken.None).Model;
}
