using System.Diagnostics;
using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Telemetry.Records;
using Xunit.Abstractions;

namespace CodeExit.Tests.Completion;

/// <summary>What measuring and taking down cost a request, with this machine's own sources and a file on its disk.</summary>
public sealed class TelemetryCostTests(ITestOutputHelper output)
{
    private static readonly CompletionRequest Anything = new("x = ", 4);

    /// <summary>
    /// The embedded model decodes a short suggestion in some 20 ms; a hundredth of that is what telemetry may add. The generator here
    /// takes no time, so what a request takes more with telemetry than without is telemetry.
    /// </summary>
    [Fact]
    public async Task CompleteAsync_Telemetry_AddsLessThanAHundredthOfADecode()
    {
        var without = await MedianMillisecondsAsync(_ => { }, withTelemetry: false);
        var with = await MedianMillisecondsAsync(_ => { }, withTelemetry: true);

        output.WriteLine($"a request: {without:f4} ms without telemetry, {with:f4} ms with");
        Assert.InRange(with - without, double.NegativeInfinity, 0.2);
    }

    /// <summary>What happens beside decoding takes a core from it all the same.</summary>
    [Fact]
    public void Append_Record_TakesLessThanAHundredthOfADecode()
    {
        using var folder = new TemporaryFolder();
        var file = new RecordFile(folder.Path);
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            file.Append(new RecordEntry(Request: SampleRecords.Record(i)));
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        times.Sort();

        output.WriteLine($"a record: {times[times.Count / 2]:f4} ms, on another thread than decoding");
        Assert.InRange(times[times.Count / 2], 0, 0.2);
    }

    [Fact]
    public async Task CompleteAsync_Telemetry_AllocatesNothingForATokenOnTheDecodingThread()
    {
        var (without, with) = (new List<long>(), new List<long>());

        await MedianMillisecondsAsync(without.Add, withTelemetry: false);
        await MedianMillisecondsAsync(with.Add, withTelemetry: true);

        // The last requests: by then everything is compiled and every buffer has grown.
        Assert.Equal(without[^1], with[^1]);
    }

    /// <param name="allocated">Told, for each request, what its thread allocated between the 8th token and the 40th.</param>
    private static async Task<double> MedianMillisecondsAsync(Action<long> allocated, bool withTelemetry)
    {
        using var folder = new TemporaryFolder();
        using var sources = EnergySources.DiscoverProcessor(new TelemetryOptions(), TimeProvider.System);
        var meter = withTelemetry ? new EnergyMeter([sources.ForProcessor], TimeProvider.System) : null;
        var log = withTelemetry ? new RequestLog(meter, new RecordFile(folder.Path), _ => { }) : null;
        var generator = new ScriptedGenerator { Script = (_, _) => Tokens(allocated) };
        using var service = new CompletionService(_ => generator.Loaded(), new(), TimeProvider.System, meter, log);
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await service.CompleteAsync(Anything, default);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        times.Sort();
        return times[times.Count / 2];
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
