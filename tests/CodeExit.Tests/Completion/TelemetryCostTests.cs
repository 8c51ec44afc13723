using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Completion;

/// <summary>What measuring and taking down cost decoding, with this machine's own sources and a file on its disk; bench/telemetry_cost.cs has the time.</summary>
public sealed class TelemetryCostTests
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    [Fact]
    public async Task CompleteAsync_Telemetry_AllocatesNothingForATokenOnTheDecodingThread()
    {
        var (without, with) = (new List<long>(), new List<long>());

        await RunAsync(without.Add, withTelemetry: false);
        await RunAsync(with.Add, withTelemetry: true);

        Assert.Equal(Usual(without), Usual(with));

        // Of the last requests, when every buffer has grown, the median: the runtime's compiler adds to one or another.
        static long Usual(List<long> allocated) => allocated.TakeLast(49).Order().ElementAt(24);
    }

    /// <param name="allocated">Told, for each request, what its thread allocated between the 8th token and the 40th.</param>
    private static async Task RunAsync(Action<long> allocated, bool withTelemetry)
    {
        using var folder = new TemporaryFolder();
        using var sources = EnergySources.DiscoverProcessor(new TelemetryOptions(), TimeProvider.System);
        var meter = withTelemetry ? new EnergyMeter([sources.ForProcessor], TimeProvider.System) : null;
        var log = withTelemetry ? new RequestLog(meter, new RecordFile(folder.Path), _ => { }) : null;
        var generator = new ScriptedGenerator { Script = (_, _) => Tokens(allocated) };
        using var service = new CompletionService(_ => generator.Loaded(), new(), TimeProvider.System, meter, log);
        for (var i = 0; i < 300; i++) await service.CompleteAsync(Anything, default);
    }

    private static IEnumerable<int> Tokens(Action<long> allocated)
    {
        const string Text = "alpha + beta * gamma - delta / epsilon + zeta";
        long before = 0;
        for (var i = 0; i < Text.Length; i++)
        {
            if (i == 8) before = GC.GetAllocatedBytesForCurrentThread();
            if (i == 40) allocated(GC.GetAllocatedBytesForCurrentThread() - before);
            yield return Text[i];
        }
    }
}
