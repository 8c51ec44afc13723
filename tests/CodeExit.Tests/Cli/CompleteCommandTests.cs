using CodeExit.Cli;
using CodeExit.Completion;
using CodeExit.Inference.Checkpoints;
using CodeExit.Telemetry;
using CodeExit.Tests.Completion.Calibration;

namespace CodeExit.Tests.Cli;

public sealed class CompleteCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task Request_Place_BecomesOffsetAndLanguage()
    {
        var file = _cli.Ready("x = 1\r\ny = \r\n");

        await _cli.RunAsync("complete", $"{file}:2:5", "--max-tokens", "7", "--json");

        Assert.Equal(new CompletionRequest("x = 1\r\ny = \r\n", 11) { LanguageId = "python", MaxTokens = 7 }, _cli.Composition.Request);
    }

    [Fact]
    public async Task Options_All_ReachTheService()
    {
        var file = _cli.Ready();
        var model = _cli.Model("other");

        var code = await _cli.RunAsync(
            "complete", $"{file}:1", "--model", model, "--policy", "fixed:4", "--mode", "saver", "--power-cap", "60W", "--budget", "0.5", "--device", "cpu", "--precision", "int8",
            "--temperature", "0.7", "--top-p", "0.9", "--seed", "42");

        Assert.Equal(0, code);
        Assert.Equal(
            new CompletionSettings
            {
                Depth = new DepthSettings { Policy = "fixed:4", Mode = "saver", PowerCapWatts = 60, BudgetJoules = 0.5 },
                Placement = new Placement(Device.Cpu, Precision.Int8),
                Temperature = 0.7f,
                TopP = 0.9f,
                Seed = 42,
            },
            _cli.Composition.Settings! with { Warn = new CompletionSettings().Warn });
        Assert.Equal("other", _cli.Composition.Model!.Name);
    }

    [Fact]
    public async Task Text_ForAPerson_StandsInItsPlaceWithItsCost()
    {
        var file = _cli.Ready("import os\n\ndef add(a, b):\n    return \n\nprint(add(1, 2))\n");

        await _cli.RunAsync("complete", $"{file}:4");

        var text = _cli.Out.ToString();
        Assert.Contains("def add(a, b):\n    return a + b\n\nprint", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("3 tokens from 40 (30 reused)", text, StringComparison.Ordinal);
        Assert.Contains("6.7 of 8 layers, 20 in all", text, StringComparison.Ordinal);
        Assert.Contains("first token 8 ms, total 13 ms", text, StringComparison.Ordinal);
        Assert.Contains("energy cannot be measured here", text, StringComparison.Ordinal);
        Assert.EndsWith("quality: full", text.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
    }

    [Theory]
    [InlineData(null, "1.25 J (0.5 J above idle; measured-counter, cpu-package)")]
    [InlineData("other processes used 40 % of the device", "measured-counter, cpu-package; other processes used 40 % of the device)")]
    public async Task Text_Measured_TellsJoulesAndWhatMakesThemDoubtful(string? contamination, string said)
    {
        var file = _cli.Ready();
        var energy = new EnergyMeasurement(1.25, 0.5, EnergyLabel.MeasuredCounter, "rapl:package-0", "cpu-package", TimeSpan.FromMilliseconds(50)) { Contamination = contamination };
        _cli.Composition.Result = _cli.Composition.Result with { MeasuredEnergy = Task.FromResult(energy) };

        await _cli.RunAsync("complete", $"{file}:2");

        Assert.Contains(said, _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_CounterThatFailed_SaysWhy()
    {
        var file = _cli.Ready();
        var energy = EnergyMeasurement.Unavailable(TimeSpan.Zero) with { Source = "rapl:package-0: the counter stood still" };
        _cli.Composition.Result = _cli.Composition.Result with { Energy = energy };

        await _cli.RunAsync("complete", $"{file}:2");

        Assert.Contains("no joules: rapl:package-0: the counter stood still", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_CalibratedMode_SaysWhatItPromises()
    {
        var file = _cli.Ready();
        _cli.Composition.Result = _cli.Composition.Result with { Mode = "balanced", Policy = "fixed:4", Calibration = CalibratedModesTests.Mode("fixed:4") };

        await _cli.RunAsync("complete", $"{file}:2");

        Assert.EndsWith("balanced: fixed:4, within 5 % of full depth's text, 95 % sure, 600 samples", _cli.Out.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_InATerminal_IsColouredAndCannotBeSteeredByTheFile()
    {
        using var cli = new TestCli { Style = TerminalStyle.Colored };
        var file = cli.Ready("# \e]0;owned\a\nx = ");

        await cli.RunAsync("complete", $"{file}:2");

        var text = cli.Out.ToString();
        Assert.Contains("\e[3;32ma + b\e[0m", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e]0;", text, StringComparison.Ordinal);
        Assert.Contains("␛]0;owned␇", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no place")]
    [InlineData("f.py")]
    [InlineData("f.py:1", "--precision", "fp8")]
    [InlineData("f.py:1", "--device", "tpu")]
    [InlineData("f.py:1", "--max-tokens", "0")]
    [InlineData("f.py:1", "--max-tokens", "many")]
    [InlineData("f.py:1", "--temperature", "-1")]
    [InlineData("f.py:1", "--temperature", "NaN")]
    [InlineData("f.py:1", "--top-p", "0")]
    [InlineData("f.py:1", "--seed", "-1")]
    [InlineData("f.py:1", "--no-such-option")]
    [InlineData]
    public async Task Usage_Wrong_EndsWith2AndOneLine(params string[] args)
    {
        _cli.Ready();
        Assert.Equal(2, await _cli.RunAsync(["complete", .. args]));
        AssertOneLine();
    }

    [Fact]
    public async Task Policy_ThatTheServiceRefuses_IsBadUsage()
    {
        var file = _cli.Ready();
        _cli.Composition.Failure = new ArgumentException("policy 'deep': must be full or fixed:K", "settings");

        Assert.Equal(2, await _cli.RunAsync("complete", $"{file}:1", "--policy", "deep"));

        Assert.Equal("codeexit: policy 'deep': must be full or fixed:K", _cli.Error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Policy_ThatThisModelCannotRun_IsBadUsage()
    {
        var file = _cli.Ready();
        _cli.Composition.LoadFailure = new ArgumentException("policy 'fixed:99': the model has 8 layers; K must be from 1 to 8", "layerCount");

        Assert.Equal(2, await _cli.RunAsync("complete", $"{file}:1", "--policy", "fixed:99"));

        Assert.Equal("codeexit: policy 'fixed:99': the model has 8 layers; K must be from 1 to 8", _cli.Error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Failure_OfAnyKind_EndsWith1AndOneLine()
    {
        var file = _cli.Ready();
        Exception[] failures = [new CheckpointException("model.safetensors: truncated"), new IOException("disk\nfull"), new InvalidOperationException("bug")];
        foreach (var failure in failures)
        {
            _cli.Composition.Failure = failure;
            _cli.Error.GetStringBuilder().Clear();
            Assert.Equal(1, await _cli.RunAsync("complete", $"{file}:1", "--json"));
            AssertOneLine();
            Assert.DoesNotContain("   at ", _cli.Error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("missing.py:1")]
    [InlineData("sample.py:50")]
    [InlineData("sample.py:1:50")]
    public async Task Place_ThatIsNotThere_EndsWith1(string place)
    {
        var folder = Path.GetDirectoryName(_cli.Ready())!;
        Assert.Equal(1, await _cli.RunAsync("complete", Path.Combine(folder, place)));
        AssertOneLine();
    }

    [Fact]
    public async Task Model_ThatIsNotThere_EndsWith1()
    {
        var file = _cli.Ready();
        Assert.Equal(1, await _cli.RunAsync("complete", $"{file}:1", "--model", "no/such"));
        Assert.Contains("CODEEXIT_MODELS", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_WhileRunning_EndsQuietlyWith130()
    {
        var file = _cli.Ready();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Equal(130, await _cli.RunAsync(cancelled.Token, "complete", $"{file}:1", "--json"));

        Assert.Empty(_cli.Out.ToString());
        Assert.Empty(_cli.Error.ToString());
    }

    public void Dispose() => _cli.Dispose();

    private void AssertOneLine()
    {
        var lines = _cli.Error.ToString().TrimEnd().Split('\n');
        Assert.Single(lines);
        Assert.StartsWith("codeexit: ", lines[0], StringComparison.Ordinal);
        Assert.Empty(_cli.Out.ToString());
    }
}
