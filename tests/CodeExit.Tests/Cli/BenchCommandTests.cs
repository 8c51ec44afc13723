using System.Text.Json;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli;

/// <summary><c>bench energy</c> and <c>bench replay</c>: from arguments to files. A suggestion takes half a second of simulated time.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private readonly TestCli _cli;
    private readonly string _code;

    public BenchCommandTests()
    {
        _cli = new TestCli { Time = _time };
        _cli.Ready();
        _code = Path.GetDirectoryName(_cli.File("code/a.py", "value = value\nother = value + 1\n"))!;
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task BenchEnergy_Source_WritesBothFilesAndSaysFirstThatNothingWasMeasured()
    {
        var (json, html) = (_cli.File("report.json", ""), _cli.File("report.html", ""));

        Assert.Equal((0, ""), (await RunAsync("bench", "energy", "--source", _code, "--policy", "fixed:2", "--count", "2", "--json", json, "--html", html), _cli.Error.ToString()));

        Assert.StartsWith("Nothing was measured", _cli.Out.ToString());
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Equal(["full", "fixed:2"], document.RootElement.GetProperty("settings").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(10, document.RootElement.GetProperty("windows").GetArrayLength());
        Assert.All(document.RootElement.GetProperty("windows").EnumerateArray(), each => Assert.Equal("estimated-model", each.GetProperty("label").GetString()));
        Assert.Contains("<td>fixed:2</td>", await File.ReadAllTextAsync(html));
    }

    [Fact]
    public async Task BenchReplay_WrittenTrace_IsReplayedAsItWas()
    {
        var (trace, first, second, html) = (_cli.File("trace.json", ""), _cli.File("1.json", ""), _cli.File("2.json", ""), _cli.File("report.html", ""));

        Assert.Equal((0, ""), (await RunAsync("bench", "replay", "--source", _code, "--characters", "20", "--write-trace", trace, "--json", first, "--html", html), _cli.Error.ToString()));
        Assert.StartsWith("Nothing was measured", _cli.Out.ToString());
        Assert.Equal((0, ""), (await RunAsync("bench", "replay", "--trace", trace, "--policy", "fixed:2", "--json", second), _cli.Error.ToString()));

        using var one = JsonDocument.Parse(await File.ReadAllTextAsync(first));
        using var two = JsonDocument.Parse(await File.ReadAllTextAsync(second));
        Assert.Equal(["full", "lossless"], one.RootElement.GetProperty("settings").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(["fixed:2"], two.RootElement.GetProperty("settings").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(one.RootElement.GetProperty("trace").GetRawText(), two.RootElement.GetProperty("trace").GetRawText());
        Assert.Contains("<td>lossless</td>", await File.ReadAllTextAsync(html));
    }

    [Fact]
    public async Task BenchSpeed_Joules_AreInTheFileByLayersAndLabelled()
    {
        var json = _cli.File("report.json", "");

        Assert.Equal((0, ""), (await RunAsync("bench", "speed", "--joules", "--json", json), _cli.Error.ToString()));

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var joules = document.RootElement.GetProperty("joules");
        Assert.Equal("estimated-model", joules.GetProperty("label").GetString());
        Assert.Equal([1, 2, 3], joules.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("layers").GetInt32()));
        Assert.All(joules.GetProperty("points").EnumerateArray(), point => Assert.True(point.GetProperty("seconds").GetDouble() >= 5));
        Assert.Equal(("cpu", JsonValueKind.Null), (document.RootElement.GetProperty("device").GetString(), document.RootElement.GetProperty("gpu").ValueKind));
        Assert.Contains("joules of a token, 3 layers", _cli.Out.ToString());
    }

    [Theory]
    [InlineData("energy", "")]
    [InlineData("replay", "")]
    [InlineData("policies", "probeShare")]
    public async Task Bench_ModelOnAGpu_SaysSoInAllForms(string kind, string unknown)
    {
        var (json, html) = (_cli.File("report.json", ""), _cli.File("report.html", ""));
        string[] few = kind == "replay" ? ["--characters", "20"] : ["--count", "2"];

        Assert.Equal((0, ""), (await RunAsync("gpu", ["bench", kind, "--source", _code, "--policy", "fixed:2", .. few, "--json", json, "--html", html]), _cli.Error.ToString()));

        Assert.Contains("scripted on the gpu:", _cli.Out.ToString());
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Equal("gpu", document.RootElement.GetProperty("device").GetString());
        Assert.Contains("on the gpu", await File.ReadAllTextAsync(html));
        if (unknown.Length == 0) return;
        // The host runs ahead of a device: the time of a look holds that of the layers before it.
        Assert.All(document.RootElement.GetProperty("policies").EnumerateArray(), each => Assert.Equal(JsonValueKind.Null, each.GetProperty(unknown).ValueKind));
    }

    [Theory]
    [InlineData(1, "no such folder", "replay", "--source", "/nowhere/at/all")]
    [InlineData(1, "no such file", "replay", "--trace", "/nowhere/at/all")]
    [InlineData(1, "is no trace", "replay", "--trace", "FILE")]
    [InlineData(2, "from 1 to 6", "replay", "--source", "CODE", "--policy", "fixed:7")]
    [InlineData(2, "codeexit calibrate --mode saver", "replay", "--source", "CODE", "--mode", "saver")]
    [InlineData(1, "no such folder", "energy", "--source", "/nowhere/at/all")]
    [InlineData(2, "policy 'fast'", "energy", "--source", "CODE", "--policy", "fast")]
    [InlineData(2, "mode 'fast'", "energy", "--source", "CODE", "--mode", "fast")]
    [InlineData(2, "--window 4: must be 5 to 3600", "energy", "--source", "CODE", "--window", "4")]
    [InlineData(2, "--trials 4: must be 5 to 1000", "energy", "--source", "CODE", "--trials", "4")]
    [InlineData(2, "--source DIR or --tasks FILE", "energy")]
    [InlineData(2, "--source DIR or --trace FILE", "replay")]
    [InlineData(2, "--source DIR or --trace FILE", "replay", "--source", "CODE", "--trace", "FILE")]
    [InlineData(2, "go with --source", "replay", "--trace", "FILE", "--seed", "1")]
    [InlineData(2, "--speed 0.5", "replay", "--source", "CODE", "--speed", "0.5")]
    public async Task Bench_WhatCannotBeMeasured_IsNamedInOneLine(int code, string said, params string[] args)
    {
        var file = _cli.File("a.txt", "no trace");
        args = [.. args.Select(each => each == "CODE" ? _code : each == "FILE" ? file : each)];

        Assert.Equal(code, await RunAsync(["bench", .. args]));

        Assert.Contains(said, _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
    }

    private Task<int> RunAsync(params string[] args) => RunAsync("cpu", args);

    private Task<int> RunAsync(string device, string[] args)
    {
        _cli.Composition.Policies = new ScriptedGenerator
        {
            Device = device,
            Script = (_, stop) =>
            {
                Task.Delay(TimeSpan.FromSeconds(0.5), _time, stop).Wait(stop);
                return ByteTokenizer.Tokens("value\n");
            },
        };
        return Task.Run(() => _time.RunAsync(_cli.RunAsync(args)));
    }
}
