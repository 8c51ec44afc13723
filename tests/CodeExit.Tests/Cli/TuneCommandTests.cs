using System.Text.Json;
using CodeExit.Inference.Checkpoints;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli;

/// <summary><c>codeexit tune</c> with the real parts behind it, and what its file does to the commands after it.</summary>
public sealed class TuneCommandTests(TunedFolder tuned) : IClassFixture<TunedFolder>
{
    [Fact]
    public void Tune_FolderOfCode_WritesTheFileAndReportsOnEveryExit()
    {
        Assert.Equal((0, ""), (tuned.Result.ExitCode, tuned.Result.Error));
        Assert.True(File.Exists(tuned.Learned));
        Assert.False(Directory.Exists(tuned.Work));
        Assert.Contains($"written to {tuned.Learned}", tuned.Result.Out, StringComparison.Ordinal);
        var modes = Path.Combine(tuned.Model, "modes.json");
        Assert.False(File.Exists(modes));
        Assert.Contains($"removed {modes}", tuned.Result.Out, StringComparison.Ordinal);
        using var checkpoint = Checkpoint.Open(tuned.Model);
        Assert.Equal([4, 6, 8, 10], checkpoint.Config.Learned.Heads.Keys.Order());
        Assert.Equal(2, checkpoint.Config.Learned.TrainedOn.Count);
    }

    [Theory]
    [InlineData("price:0.1")]
    [InlineData("rl:0.5")]
    [InlineData("classifier:0.5,stop=0.99")]
    [InlineData("sequence")]
    public async Task Complete_LearnedPolicy_Runs(string policy)
    {
        var (exitCode, output, error) = await RealCli.RunAsync(
            ["complete", Path.Combine(tuned.Source, "a.py") + ":2", "--model", tuned.Model, "--policy", policy, "--json"]);

        Assert.Equal((0, ""), (exitCode, error));
        using var document = JsonDocument.Parse(output);
        Assert.Equal(policy, document.RootElement.GetProperty("policy").GetString());
    }

    [Fact]
    public async Task BenchPolicies_WhatWasLearnedFrom_IsLeftOut()
    {
        using var source = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(tuned.Source)) File.Copy(file, Path.Combine(source.Path, "copy-of-" + Path.GetFileName(file)));
        var report = Path.Combine(source.Path, "report.json");
        string[] bench = ["bench", "policies", "--model", tuned.Model, "--source", source.Path, "--count", "3", "--policy", "fixed:4", "--json", report];

        var (exitCode, _, error) = await RealCli.RunAsync(bench);
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"codeexit: {source.Path}: holds no source file with a line to complete, or none that this model's policies were not learned from",
            error.TrimEnd());
        Assert.False(File.Exists(report));

        source.Write("new.py", "total = 0\nfor number in range(10):\n    total += number\n");
        (exitCode, _, error) = await RealCli.RunAsync(bench);
        Assert.Equal((0, ""), (exitCode, error));
        using var document = JsonDocument.Parse(File.ReadAllBytes(report));
        Assert.Equal(3, document.RootElement.GetProperty("tasks").GetInt32());
    }

    [Fact]
    public async Task Tune_Cancelled_LeavesTheOldFileAndWhatIsDone()
    {
        var before = File.ReadAllBytes(tuned.Learned);
        using var cancel = new CancellationTokenSource();

        var (exitCode, _, error) = await tuned.TuneAsync(
            seed: 2,
            line =>
            {
                if (line == "classifier") cancel.Cancel();
            },
            cancel.Token);

        Assert.Equal((130, ""), (exitCode, error));
        Assert.Equal(before, File.ReadAllBytes(tuned.Learned));
        Assert.True(File.Exists(Path.Combine(tuned.Work, "states.bin")));
        Directory.Delete(tuned.Work, recursive: true);
    }

    [Fact]
    public async Task Tune_NoCode_IsAFailureOfOneLine()
    {
        using var folder = new TemporaryFolder();
        var (empty, missing) = (Path.Combine(folder.Path, "empty"), Path.Combine(folder.Path, "missing"));
        Directory.CreateDirectory(empty);
        foreach (var (source, says) in new[] { (empty, "holds no source file with a line to complete"), (missing, "there is no such folder") })
        {
            var (exitCode, output, error) = await RealCli.RunAsync(["tune", "--source", source, "--out", Path.Combine(folder.Path, "out")]);

            Assert.Equal((1, ""), (exitCode, output));
            Assert.StartsWith($"codeexit: {source}: {says}", error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task Tune_NothingToLearnFrom_DoesNotSayThatItWasLearnedFrom()
    {
        using var folder = new TemporaryFolder();

        var (_, _, error) = await RealCli.RunAsync(["tune", "--source", folder.Path, "--out", Path.Combine(folder.Path, "out")]);

        Assert.DoesNotContain("learned from", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("must be layers from 1 to 11", "--exits", "4,12")]
    [InlineData("must be layers from 1 to 11", "--exits", "0")]
    [InlineData("10 to 1000000", "--texts", "9")]
    [InlineData("1 or more", "--head-steps", "0")]
    [InlineData("1 or more", "--rl-steps", "0")]
    [InlineData("0 or more", "--seed", "-1")]
    public async Task Tune_OptionThatCannotBe_IsBadUsage(string says, string option, string value)
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output, error) = await RealCli.RunAsync(["tune", "--source", tuned.Source, "--out", folder.Path, option, value]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Tune_NoSource_IsBadUsage()
    {
        var (exitCode, _, error) = await RealCli.RunAsync(["tune"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("--source", error, StringComparison.Ordinal);
    }
}
