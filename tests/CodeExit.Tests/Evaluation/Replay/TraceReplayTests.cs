using System.Text.Json;
using CodeExit.Evaluation.Replay;
using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry;
using CodeExit.Tests.Evaluation.Serving;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Evaluation.Replay;

/// <summary>A typist with a key every two seconds, before a device whose joules are known.</summary>
public sealed class TraceReplayTests : IDisposable
{
    private const string Code = "value = other\n";
    private const int Layers = 6;

    private readonly SimulatedTime _time = new();
    private readonly SteadyDevice _device;

    public TraceReplayTests() => _device = new SteadyDevice(_time);

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task RunAsync_AgreeingSuggestion_IsAcceptedAfterReading()
    {
        var result = await RunAsync(0.001, (_, before) => Code[before.Length..].TrimEnd());

        // One key, one request, and the rest of the line is there: 12 characters.
        Assert.Equal((1, 1, 1, 12), (result.Requests, result.Shown, result.Accepted, result.AcceptedCharacters));
        Assert.Equal(12.0 / 13, result.AcceptedShare, 1e-9);
        Assert.Equal(0, result.WastedShare!.Value, 1e-9);
        Assert.InRange(result.KeystrokeToTextMs.P50!.Value, 200 + 72, 200 + 72 + 10); // debounce, twelve tokens of six layers of 1 ms
        var joules = 12 * Layers * 0.001 * SteadyDevice.NetWatts;
        Assert.Equal(joules, result.NetJoules, 1e-6);
        Assert.Equal(joules / 12, result.JoulesPerAcceptedCharacter!.Value, 1e-6);
        Assert.Equal(2 + 0.2 + 0.072 + 0.5, result.Seconds, 0.02);
    }

    [Fact]
    public async Task RunAsync_WrongSuggestion_IsTypedOverAndWasted()
    {
        var result = await RunAsync(0.001, (_, _) => "#no");

        // No key agrees with it, so each is followed by a request; the last one ends the work.
        Assert.Equal((12, 12, 0), (result.Requests, result.Shown, result.Accepted));
        Assert.Equal(1, result.WastedShare!.Value, 1e-9);
        Assert.Equal(1, result.Wasted.NotAccepted!.Value, 1e-9);
        Assert.Null(result.JoulesPerAcceptedCharacter);
        Assert.Equal(12 * 3 * Layers * 0.001 * SteadyDevice.NetWatts, result.NetJoules, 1e-6);
    }

    [Fact]
    public async Task RunAsync_TypedThrough_IsSaidAgain()
    {
        // "lue!" agrees for three keys, "!" does not: the typist never takes it, and types on. The editor asks all the same.
        var result = await RunAsync(0.001, (_, before) => before.Length is >= 2 and <= 4 ? "lue!"[(before.Length - 2)..] : "#");

        Assert.Equal((12, 12, 0), (result.Requests, result.Shown + result.SaidAgain, result.Accepted));
        Assert.Equal(2, result.SaidAgain); // behind l and u; behind e it is "#"
        Assert.Equal(3 + 2, result.Wasted.SaidAgain!.Value * result.NetJoules / (Layers * 0.001 * SteadyDevice.NetWatts), 1e-6);
        Assert.Equal(1, (result.Wasted.SaidAgain + result.Wasted.NotAccepted)!.Value, 1e-9);
    }

    [Fact]
    public async Task RunAsync_EditorThatTakesNothingBack_LeavesItToTheNextRequest()
    {
        var report = await ReportAsync(new ReplayOptions { TakesBack = false }, 1, (_, _) => "value", BenchmarkSetting.Full);

        var result = report.Settings.Single();
        Assert.Equal((12, 11, 0), (result.Requests, result.Superseded, result.Shown)); // the end of the work takes back the last
    }

    [Fact]
    public async Task RunAsync_SlowerThanTyping_IsCancelledAndPaidFor()
    {
        var result = await RunAsync(1, (_, _) => "value");

        Assert.Equal((12, 12, 0), (result.Requests, result.Cancelled, result.Shown));
        Assert.Equal(1, result.Wasted.Cancelled!.Value, 1e-9);
        Assert.Equal(_device.Worked * SteadyDevice.NetWatts, result.NetJoules, 1e-3 * result.NetJoules);
        Assert.Equal(result.NetJoules, result.Where.Cancelled, 1e-9);
        Assert.Equal(12 * (2 - 0.2), result.BusySeconds, 1.0);
        Assert.Null(result.KeystrokeToTextMs.P50);
    }

    [Fact]
    public async Task RunAsync_Blanks_AreNotShown()
    {
        var result = await RunAsync(0.001, (_, _) => " \n");

        Assert.Equal((12, 12, 0), (result.Requests, result.NothingToShow, result.Shown));
        Assert.Null(result.JoulesPerShown);
    }

    [Fact]
    public async Task RunAsync_AllParts_AddUp()
    {
        var result = await RunAsync(0.01, (_, before) => before.Length > 6 ? Code[before.Length..].TrimEnd() : "#");

        Assert.Equal(result.GrossJoules, result.Where.Total, 1e-6);
        var step = result.TimeLine[1].Seconds - result.TimeLine[0].Seconds;
        Assert.Equal(result.NetJoules, result.TimeLine.Sum(point => point.Watts - SteadyDevice.RestWatts) * step, 1e-6);
        Assert.Equal(SteadyDevice.RestWatts, result.IdleWatts!.Value, 1e-6);
        Assert.Equal([Layers], result.TimeLine.Where(point => point.Layers is not null).Select(point => (int)point.Layers!.Value).Distinct());
    }

    [Fact]
    public async Task RunAsync_Estimate_SaysSoFirst()
    {
        _device.Label = EnergyLabel.EstimatedModel;

        var report = await ReportAsync(0.001, (_, _) => "other", BenchmarkSetting.Full, BenchmarkSetting.OfMode("lossless"));

        Assert.StartsWith("Nothing was measured", report.FirstLine);
        Assert.Equal(["full", "lossless"], report.Settings.Select(each => each.Name));
        Assert.All(report.Settings, each => Assert.Equal(("estimated-model", "full"), (each.Label, each.Policy)));
        var page = ReplayHtml.Page(report with { Model = "<m>" });
        Assert.True(page.IndexOf("Nothing was measured", StringComparison.Ordinal) < page.IndexOf("<table", StringComparison.Ordinal));
        foreach (var never in new[] { "<m>", "NaN", "://" }) Assert.DoesNotContain(never, page);
        using var json = JsonDocument.Parse(report.Json());
        var setting = json.RootElement.GetProperty("settings")[0];
        foreach (var name in "joulesPerRequest joulesPerShown joulesPerAcceptedCharacter wastedShare wasted keystrokeToTextMs promptTokensReusedShare idleWatts where timeLine label".Split(' '))
            Assert.True(setting.TryGetProperty(name, out _), name);
    }

    [Fact]
    public async Task RunAsync_TwoFiles_AreTypedInTurnsAndNeverTheSameOneAfterTheOther()
    {
        var asked = new List<string>();
        var subject = SimulatedService.Subject(_device, _time, 0.001, (depth, before) =>
        {
            if (before.Length > 0) asked.Add($"{depth}{before[0]}");
            return "#";
        });
        static TypingSession Session(string text) => new("a.py", "python", text, 0, [.. text.Select(key => new Keystroke($"{key}", 2000))]);
        var trace = new TypingTrace(1, [Session("ab"), Session("xy")]);

        await Task.Run(() => _time.RunAsync(new TraceReplay(subject, new ReplayOptions(), _ => { }).RunAsync(
            trace, [BenchmarkSetting.Full, BenchmarkSetting.OfPolicy("fixed:2")], CancellationToken.None)));

        Assert.Equal(["6a", "2x", "2a", "6x"], asked);
    }

    [Fact]
    public async Task Noise_OnePolicyUnderTwoNames_IsWhatTheyDifferBy()
    {
        var report = await ReportAsync(0.001, (_, _) => "other", BenchmarkSetting.Full, BenchmarkSetting.OfMode("lossless"));

        var (full, lossless) = (report.Settings[0] with { JoulesPerRequest = 2 }, report.Settings[1] with { JoulesPerRequest = 2.5 });
        Assert.StartsWith("lossless and full ran the same policy, and differ by 25 %", (report with { Settings = [full, lossless] }).Noise);
        Assert.Null((report with { Settings = [full, lossless with { Policy = "fixed:2" }] }).Noise);
    }

    [Fact]
    public async Task RunAsync_UnknownPolicy_IsRefusedBeforeAnythingRuns()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => ReportAsync(0.001, (_, _) => "x", BenchmarkSetting.Full, BenchmarkSetting.OfPolicy("fixed:9")));
        Assert.InRange(_time.Now.TotalSeconds, 0, 2);
    }

    private async Task<ReplayResult> RunAsync(double secondsPerLayer, Func<int, string, string> says) =>
        (await ReportAsync(secondsPerLayer, says, BenchmarkSetting.Full)).Settings.Single();

    private Task<ReplayReport> ReportAsync(double secondsPerLayer, Func<int, string, string> says, params BenchmarkSetting[] settings) =>
        ReportAsync(new ReplayOptions(), secondsPerLayer, says, settings);

    private async Task<ReplayReport> ReportAsync(ReplayOptions options, double secondsPerLayer, Func<int, string, string> says, params BenchmarkSetting[] settings)
    {
        var worked = false;
        // The warm-up asks where nothing is typed yet: it is no part of what is measured.
        var subject = SimulatedService.Subject(_device, _time, secondsPerLayer, (depth, before) =>
        {
            worked |= before.Length > 0;
            return worked ? says(depth, before) : "";
        });
        var trace = new TypingTrace(1, [new TypingSession("a.py", "python", Code, 0, [.. Code.TrimEnd().Select(key => new Keystroke($"{key}", 2000))])]);
        // Off the test's own context all that waits goes on within the clock's very step, on its thread.
        return await Task.Run(() => _time.RunAsync(new TraceReplay(subject, options, _ => { }).RunAsync(trace, settings, CancellationToken.None)));
    }
}
