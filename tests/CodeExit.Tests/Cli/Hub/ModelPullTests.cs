using System.Text.Json;

namespace CodeExit.Tests.Cli.Hub;

public sealed class ModelPullTests
{
    [Fact]
    public async Task Pull_Model_IsThereUnderItsNameWithWhatTheEngineNeeds()
    {
        using var bench = new PullBench();

        var (code, output, error) = await bench.PullAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"tiny/llama at {HubRepository.Commit} pulled: {bench.Pulled}", output);
        bench.AssertPulledRightly();
        Assert.Equal(
            ["config.json", "generation_config.json", "model.safetensors", "pull.json", "tokenizer.json", "tokenizer_config.json"],
            Directory.EnumerateFiles(bench.Pulled).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("tiny/llama", (await bench.RunAsync(["model", "list"])).Out);
        using var info = JsonDocument.Parse((await bench.RunAsync(["model", "info", "--model", "tiny/llama", "--json"])).Out);
        Assert.Equal("llama", info.RootElement.GetProperty("family").GetString());
        Assert.Equal(HubRepository.Commit, info.RootElement.GetProperty("commit").GetString());
        Assert.Contains(HubRepository.Commit, (await bench.RunAsync(["model", "info", "--model", "tiny/llama"])).Out);
    }

    [Fact]
    public async Task Pull_EmbeddedModelFromAHub_CompletesAsTheEmbeddedOne()
    {
        var repository = new HubRepository();
        foreach (var path in Directory.EnumerateFiles(RepositoryFiles.Path("models", "default"))) repository.Files[Path.GetFileName(path)] = await File.ReadAllBytesAsync(path);
        using var bench = new PullBench(repository);
        Assert.Equal((0, ""), ((await bench.PullAsync()) is var (code, _, error) ? (code, error) : default));
        string[] complete = ["complete", RepositoryFiles.Path("examples", "find_files.py") + ":6", "--json"];

        var embedded = JsonDocument.Parse((await bench.RunAsync(complete)).Out).RootElement;
        var pulled = JsonDocument.Parse((await bench.RunAsync([.. complete, "--model", "tiny/llama"])).Out).RootElement;

        Assert.NotEqual("", embedded.GetProperty("text").GetString());
        Assert.Equal(embedded.GetProperty("text").GetString(), pulled.GetProperty("text").GetString());
        Assert.Equal(embedded.GetProperty("mode").GetString(), pulled.GetProperty("mode").GetString()); // modes.json and learned exits came along
        Assert.Equal("tiny/llama", pulled.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Pull_Shards_AreThoseOfTheIndex()
    {
        using var bench = new PullBench(HubRepository.Small("llama-sharded"));

        Assert.Equal(0, (await bench.PullAsync()).ExitCode);

        var shards = Directory.EnumerateFiles(bench.Pulled, "*.safetensors").ToArray();
        Assert.True(shards.Length > 1);
        Assert.All(shards, shard => Assert.Equal(bench.Repository.Files[Path.GetFileName(shard)], File.ReadAllBytes(shard)));
        Assert.Equal(0, (await bench.RunAsync(["model", "info", "--model", "tiny/llama"])).ExitCode);
    }

    [Fact]
    public async Task Pull_Revision_IsAskedForAsOnePartOfThePathAndFilesByItsCommit()
    {
        using var bench = new PullBench();

        Assert.Equal(0, (await bench.PullAsync("tiny/llama@refs/pr/1")).ExitCode);

        Assert.Equal("/api/models/tiny/llama/revision/refs%2Fpr%2F1?blobs=true", bench.Server.Requests.First().Path);
        Assert.All(bench.Server.Requests.Skip(1), request => Assert.StartsWith($"/tiny/llama/resolve/{HubRepository.Commit}/", request.Path, StringComparison.Ordinal));
        using var record = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(bench.Pulled, "pull.json")));
        Assert.Equal(("refs/pr/1", HubRepository.Commit), (record.RootElement.GetProperty("revision").GetString(), record.RootElement.GetProperty("commit").GetString()));
    }

    [Fact]
    public async Task Pull_Again_AsksForTheCommitOnly()
    {
        using var bench = new PullBench();
        await bench.PullAsync();
        var before = bench.Server.Requests.Count;

        var (code, output, _) = await bench.PullAsync();

        Assert.Equal(0, code);
        Assert.Contains("is there already", output);
        Assert.Equal(before + 1, bench.Server.Requests.Count);
    }

    [Fact]
    public async Task Pull_AgainWithAFileDamaged_BringsItBack()
    {
        using var bench = new PullBench();
        await bench.PullAsync();
        File.Delete(Path.Combine(bench.Pulled, "tokenizer.json"));

        Assert.Equal(0, (await bench.PullAsync()).ExitCode);

        bench.AssertPulledRightly();
    }

    [Theory]
    [InlineData(false, true)] // a new README: what was learned on the weights still holds
    [InlineData(true, false)]
    public async Task Pull_NewCommit_TakesThePlaceAndKeepsWhatHolds(bool otherWeights, bool kept)
    {
        using var bench = new PullBench();
        await bench.PullAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Pulled, "modes.json"), "{}");
        bench.Repository.Sha = new string('f', 40);
        bench.Repository.Files["generation_config.json"] = "{ }"u8.ToArray();
        if (otherWeights) bench.Repository.Files["model.safetensors"][^1] ^= 1;

        Assert.Equal(0, (await bench.PullAsync()).ExitCode);

        bench.AssertPulledRightly();
        Assert.Equal("{ }", await File.ReadAllTextAsync(Path.Combine(bench.Pulled, "generation_config.json")));
        Assert.Equal(kept, File.Exists(Path.Combine(bench.Pulled, "modes.json")));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(bench.ModelsDirectory, ".pulling")));
    }

    [Fact]
    public async Task Pull_TwiceAtOnce_BringsItOnce()
    {
        using var inFirst = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var held = 0;
        using var bench = new PullBench(wrong: request =>
        {
            if (!request.Path.EndsWith("/model.safetensors", StringComparison.Ordinal) || Interlocked.Exchange(ref held, 1) == 1) return null;
            inFirst.Release();
            goOn.Wait(TimeSpan.FromSeconds(30));
            return null;
        });

        var first = Task.Run(() => bench.PullAsync());
        Assert.True(await inFirst.WaitAsync(TimeSpan.FromSeconds(30)));
        var second = Task.Run(() => bench.PullAsync());
        await Eventually.IsAsync(() => bench.Progress.Count > 0, TimeSpan.FromSeconds(30)); // it says that it waits
        goOn.Release();
        var results = await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([(0, ""), (0, "")], results.Select(result => (result.ExitCode, result.Error)));
        Assert.Contains("is there already", results[1].Out);
        Assert.Contains("another codeexit", Assert.Single(bench.Progress));
        Assert.Single(bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Pull_CtrlC_KeepsWhatCameAndGoesOnFromThere()
    {
        using var interrupt = new CancellationTokenSource();
        var first = true;
        using var bench = new PullBench(wrong: request =>
        {
            if (!request.Path.EndsWith("/model.safetensors", StringComparison.Ordinal) || !first) return null;
            first = false;
            return HubRepository.Content(request, HubRepository.Small().Files["model.safetensors"]) with { CutAfter = 5000, Stalls = true };
        });
        var part = Path.Combine(bench.Gathering, "model.safetensors.part");

        var pull = Task.Run(() => bench.PullAsync(cancellationToken: interrupt.Token));
        await Eventually.IsAsync(() => File.Exists(part) && new FileInfo(part).Length >= 5000, TimeSpan.FromSeconds(30));
        await interrupt.CancelAsync();

        Assert.Equal((130, "", ""), await pull.WaitAsync(TimeSpan.FromSeconds(30)));
        bench.AssertNothingInstalled();
        Assert.DoesNotContain(".pulling", (await bench.RunAsync(["model", "list"])).Out); // config.json is in there already
        Assert.Equal(0, (await bench.PullAsync()).ExitCode);
        Assert.Equal([null, "bytes=5000-"], bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Pull_DiskTooFull_IsSaidBeforeAnyWeightComes()
    {
        using var bench = new PullBench { RoomIn = _ => 1000 };

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains("has 0 MB left", error);
        Assert.Empty(bench.RangesOf("model.safetensors"));
        bench.AssertNothingInstalled();
    }

    [Fact]
    public async Task Pull_WhereAFolderOfTheUserIs_TouchesNothing()
    {
        using var bench = new PullBench();
        Directory.CreateDirectory(bench.Pulled);
        await File.WriteAllTextAsync(Path.Combine(bench.Pulled, "config.json"), "mine");

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains("was not pulled by codeexit", error);
        Assert.Empty(bench.Server.Requests);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(bench.Pulled, "config.json")));
    }
}
