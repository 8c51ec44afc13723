using System.Text.Json;
using CodeExit.Telemetry;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli;

public sealed class PowerCommandTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly FakeSysfs _sysfs = new();
    private readonly TestCli _cli;

    public PowerCommandTests()
    {
        _cli = new TestCli { Time = _time };
        _cli.Composition.Telemetry = new TelemetryOptions { Sysfs = _sysfs.Root };
        _sysfs.Rapl("intel-rapl:0", "package-0", 0);
        _time.Moved += now => _sysfs.Write("class/powercap/intel-rapl:0/energy_uj", (long)(now.TotalSeconds * 21_000_000)); // 21 W
    }

    [Fact]
    public async Task Power_Json_IsOneObjectWithWattsAndReasons()
    {
        _time.Advance(1);
        _sysfs.Pci("0000:03:00.0", "0x1002");
        _sysfs.Write("class/power_supply/BAT0/type", "Battery");
        _sysfs.Write("class/power_supply/BAT0/status", "Discharging");

        Assert.Equal((0, ""), (await RunAsync("power", "--json"), _cli.Error.ToString()));

        var root = JsonDocument.Parse(Assert.Single(_cli.Out.ToString().TrimEnd().Split('\n'))).RootElement;
        Assert.Equal("rapl:package-0", root.GetProperty("billedBy").GetString());
        var rapl = root.GetProperty("sources")[0];
        Assert.Equal(("rapl:package-0", "cpu-package", "measured-counter", 1.0), (Text(rapl, "id"), Text(rapl, "scope"), Text(rapl, "label"), rapl.GetProperty("periodMs").GetDouble()));
        Assert.Equal(21, rapl.GetProperty("watts").GetDouble(), 1.0);
        Assert.Equal("estimated-model", Text(root.GetProperty("sources")[1], "label"));
        Assert.Contains(root.GetProperty("missing").EnumerateArray(), missing => Text(missing, "device") == "0000:03:00.0" && Text(missing, "reason") == "AMD card without a driver");
        Assert.Equal("Discharging", Text(root.GetProperty("batteries")[0], "status"));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("batteries")[0].GetProperty("watts").ValueKind);
    }

    [Fact]
    public async Task Power_RaplForRootOnly_TellsTheRuleAndThatAllIsEstimated()
    {
        _time.Moved = null;
        _sysfs.Rapl("intel-rapl:0", "package-0", 1);
        _sysfs.Deny("class/powercap/intel-rapl:0/energy_uj");

        Assert.Equal(0, await RunAsync("power"));

        var lines = _cli.Out.ToString().Split('\n');
        Assert.StartsWith("Nothing can be measured here", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("root only", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("/etc/udev/rules.d/", StringComparison.Ordinal));
    }

    [StubFact]
    public async Task Power_CardWhoseCounterAndPowerDisagree_WarnsOfBoth()
    {
        using var stub = new NvmlStub(_time);
        stub.AddCard(name: "Stub A");
        stub.Draw(0, 0, 3600, 120);
        stub.Misread(0, 70); // what the power reading shows meanwhile
        _cli.Composition.Telemetry = stub.Options;
        _time.Advance(1);

        Assert.Equal(0, await RunAsync("power"));

        var text = _cli.Out.ToString();
        Assert.StartsWith("Measured here:", text, StringComparison.Ordinal);
        var remark = Assert.Single(text.Split('\n'), line => line.Contains("do not trust either", StringComparison.Ordinal));
        var watts = System.Text.RegularExpressions.Regex.Matches(remark, @"[\d.]+(?= W)").Select(number => double.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(watts.Zip([120.0, 70.0]), pair => Assert.Equal(pair.Second, pair.First, 10.0));
    }

    [Fact]
    public async Task Power_Watch_PrintsALineEverySecondUntilCancelled()
    {
        _time.Advance(1);
        using var stop = new CancellationTokenSource();
        var begin = _time.Now;
        _time.Moved += now =>
        {
            if (now - begin > TimeSpan.FromSeconds(100.6)) stop.Cancel();
        };

        Assert.Equal(130, await _time.RunAsync(_cli.RunAsync(stop.Token, "power", "--watch")));

        var lines = _cli.Out.ToString().TrimEnd().Split('\n');
        Assert.Contains("rapl:package-0", lines[0], StringComparison.Ordinal);
        Assert.InRange(lines.Length - 2, 3, 100); // 100 unless this machine is slower than the clock that it is shown
        var watts = lines[2..].Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture)).Order().ToArray();
        Assert.Equal(21, watts[watts.Length / 2], 5.0); // the clock may move between the two looks of one reading
    }

    [Fact]
    public async Task Power_WatchAndJson_IsBadUsage()
    {
        Assert.Equal(2, await _cli.RunAsync("power", "--watch", "--json"));
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(_cli.Out.ToString());
    }

    public void Dispose()
    {
        _cli.Dispose();
        _sysfs.Dispose();
    }

    private Task<int> RunAsync(params string[] args) => _time.RunAsync(_cli.RunAsync(args));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
