using System.Text.Json;
using CodeExit.Completion.Calibration;
using CodeExit.Inference.Checkpoints;
using CodeExit.Telemetry;
using CodeExit.Tests.Completion.Calibration;
using CodeExit.Tests.Inference;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Cli;

/// <summary>The command line with the real parts behind it: what scripts get.</summary>
public sealed class CompositionTests
{
    [Fact]
    public async Task Complete_ExampleOfTheReadme_AnswersWithItsCost()
    {
        var (exitCode, output, error) = await RunAsync("complete", RepositoryFiles.Path("examples", "find_files.py") + ":6", "--json");

        Assert.Equal((0, ""), (exitCode, error));
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.NotEmpty(root.GetProperty("text").GetString()!);
        Assert.DoesNotContain('\uFFFD', root.GetProperty("text").GetString()!);
        Assert.Equal(root.GetProperty("tokens").GetInt32(), root.GetProperty("layers").GetProperty("perToken").GetArrayLength());
        using var modes = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Path("models", "default", "modes.json")));
        var balanced = Text(modes.RootElement.GetProperty("balanced"), "policy");
        Assert.Equal((balanced, "balanced", "cpu"), (Text(root, "policy"), Text(root, "mode"), Text(root, "device")));
        AssertHasJoules(root.GetProperty("energy"));
    }

    [Theory]
    [InlineData("llama-biases")]
    [InlineData("qwen2-window")]
    [InlineData("starcoder2-window")]
    [InlineData("opt-post-norm")]
    public async Task Inspect_TokensWithoutTokenizer_PrintsTheReferencesLogits(string checkpoint)
    {
        var folder = RepositoryFiles.Path("tests", "fixtures", "checkpoints", checkpoint);
        foreach (var reference in ReferenceCase.Load(Path.Combine(folder, "reference.json")))
        {
            var (exitCode, output, _) = await RunAsync("inspect", "--tokens", string.Join(',', reference.Tokens), "--model", folder, "--json", "--logits");

            Assert.Equal(0, exitCode);
            using var document = JsonDocument.Parse(output);
            var logits = document.RootElement.GetProperty("logits").EnumerateArray().Select(logit => logit.GetSingle()).ToArray();
            Assert.Equal(reference.Logits.Length, logits.Length);
            for (var i = 0; i < logits.Length; i++) Assert.Equal(reference.Logits[i], logits[i], 1e-3f);
            var layers = document.RootElement.GetProperty("layers").EnumerateArray().ToArray();
            Assert.Equal(reference.ArgmaxPerLayer, layers.Select(layer => layer.GetProperty("top")[0][0].GetInt32()));
        }
    }

    [Fact]
    public async Task Inspect_WithSoftmax_LeavesWhereTheFirstTokenOfACompletionDoes()
    {
        var left = new HashSet<int>();
        foreach (var spec in new[] { "softmax:0", "softmax:0.3", "softmax:1" })
        {
            var (exitCode, output, error) = await RunAsync("inspect", Example, "--policy", spec, "--json");
            var (_, completion, _) = await RunAsync("complete", Example, "--policy", spec, "--precision", "f32", "--json");

            Assert.Equal((0, ""), (exitCode, error));
            using var inspected = JsonDocument.Parse(output);
            using var completed = JsonDocument.Parse(completion);
            var policy = inspected.RootElement.GetProperty("policy");
            var exit = policy.GetProperty("exitLayer").GetInt32();
            Assert.Equal(completed.RootElement.GetProperty("layers").GetProperty("perToken")[0].GetInt32(), exit);
            Assert.Equal(exit, policy.GetProperty("stops").EnumerateArray().Last().GetProperty("layer").GetInt32());
            foreach (var stop in policy.GetProperty("stops").EnumerateArray().Where(stop => stop.GetProperty("layer").GetInt32() < 12))
            {
                var enough = stop.GetProperty("value").GetSingle() >= stop.GetProperty("threshold").GetSingle();
                Assert.Equal(("softmax", enough ? "exit" : "continue"), (Text(stop, "measure"), Text(stop, "action")));
            }
            left.Add(exit);
        }
        Assert.Superset(new HashSet<int> { 4, 12 }, left);
    }

    [Fact]
    public async Task Inspect_PolicyThatTheModelCannotRun_SaysWhatCompleteSays()
    {
        foreach (var spec in new[] { "deep", "fixed:99", "speculative:5", "softmax:2" })
        {
            var complete = await RunAsync("complete", Example, "--policy", spec);

            Assert.Equal((2, ""), (complete.ExitCode, complete.Out));
            Assert.Equal(complete, await RunAsync("inspect", Example, "--policy", spec));
        }
    }

    [Fact]
    public async Task Complete_LayerThatTheModelLacks_IsBadUsage()
    {
        var (exitCode, _, error) = await RunAsync("complete", RepositoryFiles.Path("examples", "find_files.py") + ":6", "--policy", "fixed:9999");

        Assert.Equal(2, exitCode);
        Assert.Contains("fixed:9999", error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complete_CalibratedModel_TakesBalancedUnlessToldOtherwise()
    {
        using var folder = CopyOfTheEmbeddedModel();
        var mode = CalibratedModesTests.Mode("fixed:8") with { Base = Fingerprint(folder.Path), ExitLayers = [4, 6, 8, 10, 12] };
        new CalibratedModes([new("balanced", mode)]).Write(folder.Path);

        Assert.Equal(("fixed:8", "balanced", 8.0), await CompleteAsync(folder.Path));
        Assert.Equal(("fixed:8", "balanced", 8.0), await CompleteAsync(folder.Path, "--mode", "balanced"));
        Assert.Equal(("full", "lossless", 12.0), await CompleteAsync(folder.Path, "--mode", "lossless"));
        Assert.Equal(("fixed:6", "custom", 6.0), await CompleteAsync(folder.Path, "--policy", "fixed:6"));
        var (exitCode, _, error) = await RunAsync("complete", Example, "--model", folder.Path, "--mode", "saver");
        Assert.Equal(2, exitCode);
        Assert.Contains("run codeexit calibrate --mode saver", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complete_ModesOfAnotherBase_AreRefusedByWhoeverAsksForThem()
    {
        using var folder = CopyOfTheEmbeddedModel();
        new CalibratedModes([new("saver", CalibratedModesTests.Mode("fixed:8") with { ExitLayers = [4, 6, 8, 10, 12] })]).Write(folder.Path);

        foreach (var args in new string[][] { [], ["--mode", "saver"] })
        {
            var (exitCode, _, error) = await RunAsync(["complete", Example, "--model", folder.Path, .. args]);
            Assert.Equal(1, exitCode);
            Assert.Contains("mode 'saver' was calibrated on other weights", error, StringComparison.Ordinal);
        }
        Assert.Equal(("full", "lossless", 12.0), await CompleteAsync(folder.Path, "--mode", "lossless"));
    }

    [StubFact]
    public async Task Power_WithTheLibraryOfTheEnvironment_ReadsItsCard()
    {
        var time = new SimulatedTime();
        using var stub = new NvmlStub(time);
        stub.AddCard("GPU-of-the-environment");
        var environment = new Dictionary<string, string> { [TelemetryOptions.NvmlLibraryVariable] = stub.Path, [TelemetryOptions.SysfsVariable] = stub.Options.Sysfs };

        var (exitCode, output, _) = await time.RunAsync(RealCli.RunAsync(["power", "--json"], environment: environment, time: time));

        Assert.Equal(0, exitCode);
        using var document = JsonDocument.Parse(output);
        var card = document.RootElement.GetProperty("sources")[0];
        Assert.Equal("nvml:GPU-of-the-environment", Text(card, "id"));
        Assert.Equal(70, card.GetProperty("watts").GetDouble(), 5.0);
    }

    [Fact]
    public async Task Power_WattsThatAreNone_IsBadUsage()
    {
        var (exitCode, _, error) = await RealCli.RunAsync(["power"], environment: new() { [TelemetryOptions.CpuWattsVariable] = "many" });

        Assert.Equal(2, exitCode);
        Assert.Contains("CODEEXIT_CPU_WATTS many: must be watts", error, StringComparison.Ordinal);
    }

    /// <summary>By RAPL where this machine lets the test read it, else estimated; never nothing.</summary>
    private static void AssertHasJoules(JsonElement energy)
    {
        Assert.Contains(Text(energy, "label"), (string[])["measured-counter", "estimated-model"]);
        Assert.InRange(energy.GetProperty("joules").GetDouble(), 1e-6, 1e5);
        Assert.True(energy.GetProperty("netJoules").GetDouble() < energy.GetProperty("joules").GetDouble());
    }

    private static string Example => RepositoryFiles.Path("examples", "find_files.py") + ":6";

    private static TemporaryFolder CopyOfTheEmbeddedModel()
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Path("models", "default"))) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        File.Delete(Path.Combine(folder.Path, "modes.json"));
        return folder;
    }

    private static string Fingerprint(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return BaseFingerprint.WithLearned(checkpoint);
    }

    private static async Task<(string? Policy, string? Mode, double Layers)> CompleteAsync(string model, params string[] args)
    {
        var (_, output, _) = await RunAsync(["complete", Example, "--json", "--model", model, .. args]);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        return (Text(root, "policy"), Text(root, "mode"), root.GetProperty("layers").GetProperty("mean").GetDouble());
    }

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();

    private static Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] args) => RealCli.RunAsync(args);
}
