using System.Text.Json;
using CodeExit.Completion.Calibration;
using CodeExit.Tests.Completion.Calibration;
using CodeExit.Tests.Evaluation.Calibration;

namespace CodeExit.Tests.Cli;

public sealed class CalibrateCommandTests : IDisposable
{
    private const int Files = 150;

    private readonly TestCli _cli = new();
    private readonly string _source;
    private readonly string _model;

    public CalibrateCommandTests()
    {
        _cli.Ready();
        _model = _cli.Model("model");
        _source = Path.GetDirectoryName(_cli.File("code/f.txt", ""))!;
        for (var file = 0; file < Files; file++) _cli.File($"code/f{file}.py", $"value = {file}\n");
        _cli.Composition.Policies = new DepthGenerator((depth, _) => depth == 2 ? "other" : "value");
    }

    private string ModesFile => Path.Combine(_model, "modes.json");

    [Fact]
    public async Task Calibrate_AllModes_WritesThemIntoTheModelFolder()
    {
        var json = _cli.File("report.json", "");

        Assert.Equal((0, ""), (await RunAsync("--policy", "fixed", "--json", json), _cli.Error.ToString()));

        var modes = CalibratedModes.Read(_model, "feed", ((DepthGenerator)_cli.Composition.Policies).Config);
        Assert.Equal(["balanced", "quality", "saver"], modes.All.Keys);
        Assert.All(modes.All.Values, mode => Assert.Equal(("fixed:4", Files, 0.95, 0.0), (mode.Policy, mode.Samples, mode.Confidence, mode.Measured)));
        Assert.Equal((0.02, 0.05, 0.15), (modes.Find("quality")!.Tolerance, modes.Find("balanced")!.Tolerance, modes.Find("saver")!.Tolerance));
        Assert.DoesNotContain(_source, await File.ReadAllTextAsync(ModesFile));
        Assert.Contains("hoeffding-bentkus", _cli.Out.ToString());
        Assert.Contains(ModesFile, _cli.Out.ToString());
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Equal(["quality", "balanced", "saver"], report.RootElement.GetProperty("promises").EnumerateArray().Select(each => each.GetProperty("promise").GetProperty("mode").GetString()));
        Assert.Equal("textual", report.RootElement.GetProperty("promises")[0].GetProperty("promise").GetProperty("metric").GetString());
    }

    [Fact]
    public async Task Calibrate_OneMode_LeavesTheOthersOfThisModelAndRemovesThoseOfAnother()
    {
        var (own, other) = (Earlier("feed"), Earlier("dead"));
        new CalibratedModes([new("quality", own), new("balanced", own), new("saver", other)]).Write(_model);

        Assert.Equal(0, await RunAsync("--policy", "fixed", "--mode", "balanced", "--tolerance", "0.5", "--confidence", "0.9", "--metric", "risk", "--seed", "3", "--tasks", "40"));

        var modes = CalibratedModes.ReadAny(_model);
        Assert.Equal(["balanced", "quality"], modes.All.Keys);
        Assert.Equivalent(own, modes.Find("quality"), strict: true);
        var balanced = modes.Find("balanced")!;
        Assert.Equal((LossMetric.Risk, 0.5, 0.9, 3, 40), (balanced.Metric, balanced.Tolerance, balanced.Confidence, balanced.Seed, balanced.Samples));
        Assert.Contains("'saver' was calibrated on other weights or exits and is removed", _cli.Out.ToString());
    }

    [Fact]
    public async Task Calibrate_Out_LeavesTheModelFolderAlone()
    {
        var folder = Path.Combine(_source, "..", "elsewhere");

        Assert.Equal(0, await RunAsync("--policy", "fixed", "--out", folder));

        Assert.False(File.Exists(ModesFile));
        Assert.Equal(["modes.json"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Calibrate_NothingToPromise_FailsInOneLineAndWritesNothing()
    {
        _cli.Composition.Policies = new DepthGenerator((depth, _) => depth < 6 ? "other" : "value");

        Assert.Equal(1, await RunAsync("--policy", "fixed", "--mode", "balanced"));

        Assert.Contains("mode 'balanced': nothing can be promised; the safest policy tried, fixed:4, lost", _cli.Error.ToString());
        Assert.Contains("would need 59", _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
        Assert.False(File.Exists(ModesFile));
    }

    [Fact]
    public async Task Calibrate_SomeModesWithoutAPromise_WritesTheOthersAndFails()
    {
        // 10 or 11 of 150 tasks lost whole: above 2 % and 5 %, and for 15 % e^(−150 · h₁(11/150, 0.15)) = 0.016.
        var tasks = 0;
        _cli.Composition.Policies = new DepthGenerator((depth, _) => depth == 2 || depth == 4 && ++tasks % 14 == 0 ? "other" : "value");

        Assert.Equal(1, await RunAsync("--policy", "fixed"));

        Assert.Equal(["saver"], CalibratedModes.ReadAny(_model).All.Keys);
        Assert.Contains("'quality'", _cli.Error.ToString());
        Assert.Contains("'balanced'", _cli.Error.ToString());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)] // 4 layers and a look against 6 layers
    public async Task Calibrate_LooksThatCostMoreThanTheySave_AreTold(int lookCost, bool told)
    {
        _cli.Composition.Policies = new DepthGenerator((depth, _) => depth == 2 ? "other" : "value") { LookCost = lookCost };

        await RunAsync("--policy", "fixed", "--mode", "saver");

        Assert.Equal(told, _cli.Out.ToString().Contains("saver is slower than full depth here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calibrate_TooFewTasks_IsSaidBeforeTheyAreRun()
    {
        Assert.Equal(1, await RunAsync("--policy", "fixed", "--tasks", "148", "--mode", "quality"));

        Assert.Contains("mode 'quality': 0.02 at a confidence of 0.95 takes at least 149 tasks even if nothing is lost, and there are 148; ask for more --tasks", _cli.Error.ToString());
        Assert.Empty(((DepthGenerator)_cli.Composition.Policies).Calls);
    }

    [Fact]
    public async Task Calibrate_TooFewTasksForOneModeOnly_CalibratesTheOthers()
    {
        Assert.Equal(1, await RunAsync("--policy", "fixed", "--tasks", "100"));

        Assert.Equal(["balanced", "saver"], CalibratedModes.ReadAny(_model).All.Keys);
        Assert.Contains("mode 'quality': 0.02 at a confidence of 0.95 takes at least 149 tasks even if nothing is lost, and there are 100", _cli.Error.ToString());
    }

    [Fact]
    public async Task Calibrate_CheckOfTooFewTasks_CountsTheHalves()
    {
        Assert.Equal(1, await RunAsync("--policy", "fixed", "--tasks", "117", "--mode", "balanced", "--check"));

        Assert.Contains("takes at least 59 tasks even if nothing is lost, and there are 58 in a half; ask for more --tasks", _cli.Error.ToString());
    }

    [Fact]
    public async Task Calibrate_Hoeffding_NeedsMore()
    {
        Assert.Equal(1, await RunAsync("--policy", "fixed", "--bound", "hoeffding", "--mode", "quality"));

        Assert.Contains("at least 3745 tasks", _cli.Error.ToString());
        Assert.Contains("has no more files", _cli.Error.ToString());
    }

    [Fact]
    public async Task Calibrate_Check_PrintsWhatWasBrokenAndWritesNoModes()
    {
        var json = _cli.File("check.json", "");

        Assert.Equal((0, ""), (await RunAsync("--policy", "fixed", "--check", "--splits", "7", "--mode", "balanced", "--json", json), _cli.Error.ToString()));

        Assert.Contains("7 of 7", _cli.Out.ToString());
        Assert.Contains("is a sample itself", _cli.Out.ToString().ReplaceLineEndings(" "));
        Assert.False(File.Exists(ModesFile));
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var split = report.RootElement.GetProperty("promises")[0];
        Assert.Equal((7, 0, 0.05, Files / 2), (split.GetProperty("promised").GetInt32(), split.GetProperty("broken").GetInt32(), Math.Round(split.GetProperty("allowed").GetDouble(), 9), split.GetProperty("tasksPerHalf").GetInt32()));
    }

    [Fact]
    public async Task Calibrate_BrokenModesFile_IsNamedBeforeTheRunAndStays()
    {
        await File.WriteAllTextAsync(ModesFile, "{");

        Assert.Equal(1, await RunAsync("--policy", "fixed"));

        Assert.Contains(ModesFile, _cli.Error.ToString());
        Assert.Empty(((DepthGenerator)_cli.Composition.Policies).Calls);
        Assert.Equal("{", await File.ReadAllTextAsync(ModesFile));
    }

    [Fact]
    public async Task Calibrate_CtrlC_LeavesTheFileAsItWas()
    {
        new CalibratedModes([new("quality", Earlier("feed"))]).Write(_model);
        var before = await File.ReadAllTextAsync(ModesFile);
        using var interrupt = new CancellationTokenSource();
        var generations = 0;
        _cli.Composition.Policies = new DepthGenerator((_, _) =>
        {
            if (++generations == 100) interrupt.Cancel();
            return "value";
        });

        Assert.Equal(130, await _cli.RunAsync(interrupt.Token, "calibrate", "--source", _source, "--policy", "fixed"));

        Assert.Equal(before, await File.ReadAllTextAsync(ModesFile));
        Assert.Equal(["config.json", "modes.json"], Directory.GetFileSystemEntries(_model).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(1, "no such folder", "--source", "/nowhere/at/all")]
    [InlineData(2, "policy 'fast:1' is not known", "--policy", "fast")]
    [InlineData(2, "write softmax", "--policy", "softmax:0.9")]
    [InlineData(2, "mode 'lossless' cannot be calibrated; quality, balanced, saver can", "--mode", "lossless")]
    [InlineData(2, "--tolerance goes with --mode", "--tolerance", "0.1")]
    [InlineData(2, "--tolerance 0: must be", "--mode", "saver", "--tolerance", "0")]
    [InlineData(2, "--confidence 1: must be", "--confidence", "1")]
    [InlineData(2, "--metric speed: must be", "--metric", "speed")]
    [InlineData(2, "--bound chernoff: must be", "--bound", "chernoff")]
    [InlineData(2, "--splits goes with --check", "--splits", "3")]
    [InlineData(2, "leave --out away", "--check", "--out", "x")]
    public async Task Calibrate_WhatCannotBe_IsNamed(int code, string said, params string[] args)
    {
        Assert.Equal(code, await (args[0] == "--source" ? _cli.RunAsync(["calibrate", .. args]) : RunAsync(args)));

        Assert.Contains(said, _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
        Assert.False(File.Exists(ModesFile));
    }

    public void Dispose() => _cli.Dispose();

    private Task<int> RunAsync(params string[] args) => _cli.RunAsync(["calibrate", "--source", _source, .. args]);

    private static CalibratedMode Earlier(string fingerprint) => CalibratedModesTests.Mode("fixed:2") with { ExitLayers = [2, 4, 6], Base = fingerprint };
}
