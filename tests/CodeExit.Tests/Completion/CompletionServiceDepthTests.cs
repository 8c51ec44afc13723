using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Completion.Calibration;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

/// <summary>Requests that bring settings of their own, and pauses on battery.</summary>
public sealed class CompletionServiceDepthTests
{
    private static readonly CompletionRequest ByHand = new("x = ", 4);
    private static readonly CompletionRequest Typed = ByHand with { IsAutomatic = true };

    private readonly SimulatedTime _time = new();
    private readonly ScriptedGenerator _generator = ScriptedGenerator.Saying("done");
    private IReadOnlyList<BatteryState> _batteries = [];
    private int _looks;

    [Fact]
    public async Task CompleteAsync_SettingsOfTheRequest_HoldForItAlone()
    {
        using var service = Service(new DepthSettings { Policy = "fixed:3" });

        var own = (await service.CompleteAsync(ByHand with { Depth = new() { Policy = "fixed:2" } }, default))!;
        var saver = (await service.CompleteAsync(ByHand with { Depth = new() { Mode = "saver" } }, default))!;
        var service3 = (await service.CompleteAsync(ByHand, default))!;

        Assert.Equal([("fixed:2", "custom", 2), ("fixed:1", "saver", 1), ("fixed:3", "custom", 3)], new[] { own, saver, service3 }.Select(each => (each.Policy, each.Mode, each.LayersPerToken[0])));
        Assert.Equal(("saver", "fixed:1"), (service.DepthOf(new() { Mode = "saver" }).Mode, service.DepthOf(new() { Mode = "saver" }).Policy));
        Assert.Equal("fixed:3", service.DepthOf(null).Policy);
    }

    [Theory]
    [InlineData("quality", "mode 'quality' needs a calibrated policy")] // the model lacks it
    [InlineData("auto", "mode 'auto' needs a calibrated policy")]
    [InlineData("fast", "mode 'fast' is not known")]
    public async Task CompleteAsync_SettingsThatDoNotSuit_FailAloneAndSayWhatWould(string mode, string said)
    {
        using var service = Service(new DepthSettings());

        var error = await Assert.ThrowsAsync<ArgumentException>(() => service.CompleteAsync(ByHand with { Depth = new() { Mode = mode } }, default));

        Assert.Contains(said, error.Message);
        Assert.Equal("done", (await service.CompleteAsync(ByHand, default))!.Text);
        if (mode != "fast") Assert.Contains(said, service.DepthOf(new() { Mode = mode }).Reason);
    }

    [Fact]
    public async Task CompleteAsync_PauseOnBattery_AnswersOnlyWhatWasAskedForByHand()
    {
        using var service = Service(new DepthSettings { PauseOnBattery = true });
        Assert.Equal("done", (await service.CompleteAsync(Typed, default))!.Text);

        _batteries = [new BatteryState("BAT0", "Discharging", 0.8, 9)];
        _time.Advance(6);
        var paused = (await service.CompleteAsync(Typed, default))!;
        var asked = (await service.CompleteAsync(ByHand, default))!;

        Assert.Equal(("", StopReason.Paused, 0), (paused.Text, paused.StopReason, paused.Tokens));
        Assert.Equal(EnergyLabel.Unavailable, paused.Energy.Label);
        Assert.Equal("done", asked.Text);
        Assert.Equal(2, _generator.Prompts.Count);
        Assert.Equal((true, "on battery at 80 %: suggestions pause"), (service.DepthOf(null).IsPaused, service.DepthOf(null).Reason));

        _batteries = [new BatteryState("BAT0", "Charging", 0.8, 9)];
        _time.Advance(6);
        Assert.Equal("done", (await service.CompleteAsync(Typed, default))!.Text);
        Assert.False(service.DepthOf(null).IsPaused);
    }

    /// <summary>The mean of two batteries; 20 % each pauses nothing without being asked to.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task CompleteAsync_TwoBatteries_OneEmptied_CountsAsOnBattery(bool pauses, bool isPaused)
    {
        using var service = Service(new DepthSettings { PauseOnBattery = pauses });
        _batteries = [new BatteryState("BAT0", "Discharging", 0.1, null), new BatteryState("BAT1", "Full", 0.9, null)];

        await service.CompleteAsync(Typed, default);

        Assert.Equal(isPaused, service.DepthOf(null).IsPaused);
        if (isPaused) Assert.Contains("50 %", service.DepthOf(null).Reason);
    }

    [Fact]
    public async Task Batteries_NoRequest_AreNotLookedAt()
    {
        using var service = Service(new DepthSettings());
        await service.WarmAsync(default);
        for (var i = 0; i < 100; i++) await service.CompleteAsync(Typed, default); // in no time
        Assert.Equal(1, _looks);

        _time.Advance(3600);
        _ = (service.Status, service.DepthOf(null));

        Assert.Equal(1, _looks);
    }

    private CompletionService Service(DepthSettings depth) => new(
        _ => _generator.Loaded() with { Modes = new CalibratedModes([new("saver", CalibratedModesTests.Mode("fixed:1"))]) },
        new CompletionOptions { Depth = depth },
        _time,
        batteries: () =>
        {
            _looks++;
            return _batteries;
        });
}
