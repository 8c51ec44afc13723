using System.Text.Json;
using CodeExit.Evaluation.RandomModels;
using CodeExit.Tests.Cli.Daemon;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Inference.Compute.Gpu.Simulation;

namespace CodeExit.Tests.Cli.Devices;

/// <summary>Servers in processes that keep a model on a made-up card: given back, lost, and shared with another.</summary>
public sealed class ResidentModelTests : IDisposable
{
    // 27 million weights, and the embedded model's vocabulary.
    private static readonly RandomModelShape Larger = new("larger", Layers: 8, Hidden: 512, Heads: 8, KeyValueHeads: 2, HeadDim: 64, Intermediate: 1600, Vocabulary: 4096, Context: 2048);

    private readonly OpenClShim _shim = new();
    private readonly DaemonWorld _world;

    public ResidentModelTests() => _world = new DaemonWorld { Environment = new(_shim.Environment) { ["CODEEXIT_SYSFS"] = "/nowhere", ["CODEEXIT_NVML_LIBRARY"] = "/nowhere" } };

    public void Dispose()
    {
        _world.Dispose();
        _shim.Dispose();
    }

    [ResidentFact]
    public async Task Unload_FiftyTimes_GivesEverythingBackEachTime()
    {
        var editor = await _world.OpenAsync(["--standalone", "--device", "gpu"]);
        var (held, peak) = (_shim.Held, _shim.Bytes.Peak);
        Assert.Equal((1, 1, 0), (held.Contexts, held.Queues, held.Programs));
        Assert.InRange(peak, 1 << 20, _shim.Memory);

        for (var i = 0; i < 50; i++)
        {
            await editor.Client.CallAsync("codeexit/unload");
            Assert.Equal((0, 0, 0, 0, 0), _shim.Held);
            Assert.Equal(0, _shim.Bytes.Now);
            await editor.SuggestAsync();
            Assert.Equal(held, _shim.Held);
        }

        Assert.Equal((51, peak), (_shim.Opened, _shim.Bytes.Peak));
        Assert.Equal(0, await editor.CloseAsync());
        Assert.Equal((0, 0, 0, 0, 0), _shim.Held);
    }

    [ResidentFact]
    public async Task Daemon_IdleForItsTime_GivesTheCardBack()
    {
        var editor = await _world.OpenAsync(["--device", "gpu", "--unload-after", "0.3"]);

        await _world.UntilAsync(status => status.GetProperty("model").GetProperty("state").GetString() == "unloaded");

        Assert.Equal((0, 0, 0, 0, 0), _shim.Held);
        Assert.Equal(0, _shim.Bytes.Now);
        await editor.SuggestAsync();
    }

    [ResidentFact]
    public async Task Daemon_DeviceLost_AnswersAllTheSameAndLogsIt()
    {
        var editor = await _world.OpenAsync(["--device", "gpu"]);
        await editor.Client.CallAsync("codeexit/unload"); // and with it what was suggested before
        var opened = _shim.Opened;
        _shim.Fail(ShimCall.Launch, OpenClShim.OutOfResources, after: 5);

        await editor.SuggestAsync();

        Assert.Equal(opened + 2, _shim.Opened);
        Assert.Contains("Shim Card 0 was lost (", _world.Log, StringComparison.Ordinal);
    }

    [ResidentFact]
    public async Task Daemon_DeviceLostAgainAndAgain_FailsTheRequestAndLives()
    {
        var editor = await _world.OpenAsync(["--device", "gpu"]);
        var pid = await _world.DaemonPidAsync();
        await editor.Client.CallAsync("codeexit/unload");
        _shim.Fail(ShimCall.Launch, OpenClShim.InvalidCommandQueue, after: 5, times: -1);

        var (_, message) = await editor.Client.ErrorAsync(await editor.RequestAsync());

        Assert.Contains("Shim Card 0 was lost (", message, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 0, 0), _shim.Held);
        var model = (await _world.StatusAsync()).GetProperty("model");
        Assert.Equal(("failed", true), (model.GetProperty("state").GetString(), model.GetProperty("error").GetString()!.Contains("was lost", StringComparison.Ordinal)));

        _shim.FailNoMore();
        await editor.Client.CallAsync("codeexit/unload"); // forgets the failure; else the next request three seconds later does
        await editor.SuggestAsync();
        Assert.Equal(pid, await _world.DaemonPidAsync());
    }

    [ResidentFact]
    public async Task Daemon_AutoAndDeviceLost_GoesOnOnTheProcessorUntilItIsLoadedAgain()
    {
        using var model = new TemporaryFolder(); // larger than the processor's caches: else auto has no use for a card
        RandomModelWriter.Write(Larger, model.Path, RepositoryFiles.Path("models", "default"), seed: 1, CancellationToken.None);
        var editor = await _world.OpenAsync(["--device", "auto", "--model", model.Path]);
        Assert.Equal("gpu", await DeviceAsync(editor));
        await editor.Client.CallAsync("codeexit/unload");
        _shim.Fail(ShimCall.Launch, OpenClShim.InvalidCommandQueue, after: 100); // behind the token that is tried at the load

        await editor.SuggestAsync();
        Assert.Equal("cpu", await DeviceAsync(editor));
        Assert.Contains("the model runs on the processor, not on Shim Card 0: it was lost just now", _world.Log, StringComparison.Ordinal);

        await editor.Client.CallAsync("codeexit/unload");
        await editor.SuggestAsync();
        Assert.Equal("gpu", await DeviceAsync(editor));
    }

    /// <summary>Two processes, a context each, and a card that has room for one of the models.</summary>
    [ResidentFact]
    public async Task Card_HeldByAnotherProcess_IsRefusedWithNumbersUntilThatGivesItBack()
    {
        var editor = await _world.OpenAsync(["--standalone", "--device", "gpu"]);
        _shim.Memory = _shim.Bytes.Now + _shim.Bytes.Now / 2;
        string[] complete = ["complete", RepositoryFiles.Path("examples", "find_files.py") + ":6", "--json", "--device", "gpu"];

        var (exitCode, _, error) = await _world.RunAsync(complete);

        Assert.Equal(1, exitCode);
        Assert.Matches(@"^codeexit: the model takes .* on Shim Card 0, and its driver refused [\d.]+ MiB after [\d.]+ MiB: others hold the rest of its [\d.]+ MiB; .*--device cpu", Assert.Single(error.TrimEnd().Split('\n')));
        await editor.SuggestAsync(); // the other goes on
        await editor.Client.CallAsync("codeexit/unload");
        Assert.Equal(0, (await _world.RunAsync(complete)).ExitCode);
    }

    private static async Task<string?> DeviceAsync(Editor editor) => (await editor.Client.CallAsync("codeexit/status")).GetProperty("device").GetString();
}
