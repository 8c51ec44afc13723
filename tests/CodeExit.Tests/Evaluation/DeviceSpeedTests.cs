using System.Text.Json;
using CodeExit.Evaluation.Machine;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Tests.Cli;
using CodeExit.Tests.Evaluation.Serving;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation;

/// <summary>
/// <c>bench speed</c> of a device whose times and traffic are known: a token takes 0.5 ms and 0.25 for each layer, six launches a layer and
/// two beside them, 100 bytes of memory a layer and 40 beside them, and 20 bytes of the bus.
/// </summary>
public sealed class DeviceSpeedTests : IDisposable
{
    private const int Layers = 8;

    private static readonly SpeedOptions Options = new() { Repeats = 3 };

    private DeviceTraffic _traffic = new(7, 1_000_000, 0); // loading the model is no token's

    private readonly FakeGenerator _generator = new()
    {
        Config = TestConfig.Create(vocabulary: 1 << 20, context: 2048, layers: Layers),
        MsPerToken = layers => 0.5 + 0.25 * layers,
    };

    public DeviceSpeedTests() => _generator.Ran = (layers, tokens) => _traffic = new DeviceTraffic(
        _traffic.Launches + tokens * (6 * layers + 2), _traffic.HostBytes + 20 * tokens, _traffic.MemoryBytes + tokens * (100 * layers + 40));

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task RunAsync_DeviceWithTraffic_CountsWhatATokenMovesAndLaunches()
    {
        var report = SpeedReport.Of(await RunAsync());

        var device = report.Gpu!;
        Assert.Equal((6.0 * Layers + 2, 20.0, 100.0 * Layers + 40), (device.LaunchesPerToken, device.HostBytesPerToken, device.MemoryBytesPerToken));
        Assert.Equal(6, device.LaunchesPerLayer!.Value, 9);
        Assert.Equal(2, device.LaunchesOutsideLayers!.Value, 9);
        // 100 weights of 2 bytes, and at position 32, the middle of 65, a cache of 4 numbers a position: 33 read, one written.
        Assert.Equal(200 + 4 * 4 * 34, device.LeastMemoryBytesPerToken, 9);
        Assert.Equal((100.0 * Layers + 40) / (200 + 4 * 4 * 34), device.MemoryOverLeast, 9);
    }

    [Fact]
    public async Task RunAsync_TimesInProportionToLayers_AreFoundToBeALine()
    {
        var device = SpeedReport.Of(await RunAsync()).Gpu!;

        Assert.Equal([1, 2, 4, 6, 8], device.Depths.Select(point => point.Layers));
        Assert.Equal(2.5, device.Depths[^1].MsPerToken, 9);
        Assert.Equal(0.25, device.MsLine!.PerLayer, 9);
        Assert.Equal(0.5, device.MsLine.Outside, 9);
        Assert.Equal(1, device.MsLine.RSquared, 9);
    }

    [Fact]
    public async Task RunAsync_Card_IsWhatSpeedsAreHeldAgainst()
    {
        var report = SpeedReport.Of(await RunAsync());

        Assert.Equal(("gpu", "a card", null), (report.Device, report.Card, report.Threads));
        Assert.Equal((null, null, null), (report.ReadBandwidthGBs, report.LastLevelCacheMB, report.MachineThreads));
        Assert.Equal(1000 / 2.5 * 200 / 1e6, report.BandwidthShare, 9); // 400 tokens of 100 weights, 2 bytes each, of 1e6 bytes copied a second
        Assert.Equal((1024, 1024.0), (report.Gpu!.FirstTokenPrompt, report.Gpu.FirstTokenMs)); // a millisecond a prompt token
        Assert.Equal((5, 40), (report.Gpu.LaunchUs, report.Gpu.LaunchAndWaitUs));
        Assert.Equal(0.84, report.Gpu.FloorMs.Memory, 9); // 840 bytes
        Assert.Equal((200 + 4 * 8 * 33) / 2e6 * 1e3, report.Gpu.FloorMs.Arithmetic, 9);
        Assert.Equal(50 * 0.005, report.Gpu.FloorMs.Launches, 9);
    }

    [Fact]
    public async Task RunAsync_Greedy_IsFullDepthsContinuation()
    {
        var greedy = SpeedReport.Of(await RunAsync()).Gpu!.Greedy;

        Assert.Equal((16, 16), (greedy.Prompt.Count, greedy.Tokens.Count));
        Assert.Contains(_generator.Calls, call => call is (16, 0, 16));
    }

    [Fact]
    public async Task RunAsync_WithAMeter_FindsTheJoulesOfATokenByLayers()
    {
        var time = new SimulatedTime();
        using var device = new SteadyDevice(time);
        var count = _generator.Ran!;
        _generator.Ran = (layers, tokens) =>
        {
            count(layers, tokens);
            if (tokens == Options.DecodeTokens) device.WorkAsync(0.01 * layers * tokens, CancellationToken.None).Wait();
        };

        var report = SpeedReport.Of(await Task.Run(() => time.RunAsync(RunAsync(_ => new EnergyMeter([device], time), time))).WaitAsync(TimeSpan.FromSeconds(120)));

        var joules = report.Joules!;
        Assert.Equal(("measured-counter", "steady", "gpu"), (joules.Label, joules.Source, joules.Scope));
        Assert.Equal([1, 2, 4, 6, 8], joules.Points.Select(point => point.Layers));
        Assert.All(joules.Points, point =>
        {
            Assert.Equal(SteadyDevice.NetWatts * 0.01 * point.Layers, point.JoulesPerToken, SteadyDevice.NetWatts * 0.01 * point.Layers * 0.02);
            Assert.True(point.Seconds >= 5, $"{point.Seconds} s");
        });
        Assert.Equal(SteadyDevice.NetWatts * 0.01, joules.Line!.PerLayer, SteadyDevice.NetWatts * 0.01 * 0.05);
    }

    [Fact]
    public async Task Forms_OfTheReport_ShowTheDevice()
    {
        var report = SpeedReport.Of(await RunAsync()) with
        {
            Joules = new TokenJoules("measured-counter", "nvml:x", "gpu", [new TokenJoulesPoint(8, 640, 6.4, 0.25, 0.5, 50, 25)], Line: null),
        };

        using var json = JsonDocument.Parse(SpeedJson.Text(report));
        Assert.Equal(50, json.RootElement.GetProperty("gpu").GetProperty("launchesPerToken").GetDouble());
        Assert.Equal(1, json.RootElement.GetProperty("gpu").GetProperty("msLine").GetProperty("rSquared").GetDouble(), 9);
        Assert.Equal(0.25, json.RootElement.GetProperty("joules").GetProperty("points")[0].GetProperty("joulesPerToken").GetDouble());
        var rows = SpeedTable.Rows(report);
        Assert.Contains(new SpeedRow("launches for a token", "50", "", "6 a layer + 2"), rows);
        Assert.Contains(new SpeedRow("  memory read", "0.0 GB/s", "0.0 GB/s", ""), rows);
        Assert.Contains(new SpeedRow("joules of a token, 8 layers", "0.250 J net, 0.500 gross", "", "50 W"), rows);
        var page = SpeedHtml.Page(report);
        Assert.Contains("a card", page, StringComparison.Ordinal);
        Assert.Contains("Joules of a token by layers run", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    private SpeedSubject Subject() => new(
        "m", new ModelWork(100, 80, 20, 8) { CacheWidth = 4 }, "bf16", null, 2, _generator, new FullDepthPolicy(),
        new ScriptedProbe(() => new MachineCapability(null, null, null, 1e6, 2e6) { Launch = new LaunchCost(5e-6, 40e-6) }, "a card"))
    {
        Traffic = () => _traffic,
    };

    private Task<SpeedMeasurement> RunAsync(Func<SpeedSubject, EnergyMeter>? meter = null, TimeProvider? time = null) =>
        Task.Run(() => new SpeedBenchmark(Options, static _ => { }, time).RunAsync(Subject, meter, CancellationToken.None));
}
