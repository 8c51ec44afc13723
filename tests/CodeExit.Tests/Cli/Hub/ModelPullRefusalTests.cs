using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.Cli.Hub;

/// <summary>Who may have what, and what is refused: in one line that says what to do.</summary>
public sealed class ModelPullRefusalTests
{
    private const string Token = "hf_secretSECRETsecret";

    [Fact]
    public async Task Token_RedirectToAnotherHost_StaysBehind()
    {
        var files = HubRepository.Small();
        using var store = new HubServer(request => HubRepository.Content(request, files.Files[Path.GetFileName(new Uri("http://store" + request.Path).AbsolutePath)]));
        using var bench = new PullBench(wrong: request => request.Path.Contains("/resolve/", StringComparison.Ordinal)
            ? new HubReply(302) { Headers = { ["Location"] = $"{store.Address}/signed/{Path.GetFileName(request.Path)}?signature=1" } }
            : null);
        bench.Environment["HF_TOKEN"] = Token;

        var (code, output, error) = await bench.PullAsync();

        Assert.Equal((0, ""), (code, error));
        Assert.NotEmpty(store.Requests);
        Assert.All(store.Requests, request => Assert.Null(request.Header("Authorization")));
        Assert.All(bench.Server.Requests, request => Assert.Equal("Bearer " + Token, request.Header("Authorization")));
        Assert.DoesNotContain(Token, output + string.Join('\n', bench.Progress));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Token_RedirectOnTheSameHost_GoesAlong()
    {
        var repository = HubRepository.Small();
        using var bench = new PullBench(repository, request => request.Path.EndsWith("/resolve/" + repository.Sha + "/config.json", StringComparison.Ordinal)
            ? new HubReply(307) { Headers = { ["Location"] = "/moved/config.json" } }
            : request.Path == "/moved/config.json" ? new HubReply(200, repository.Files["config.json"]) : null);
        bench.Environment["HF_TOKEN"] = Token;

        Assert.Equal(0, (await bench.PullAsync()).ExitCode);

        Assert.Equal("Bearer " + Token, bench.Server.Requests.Single(request => request.Path == "/moved/config.json").Header("Authorization"));
    }

    [Theory]
    [InlineData("/round", "in a circle")]
    [InlineData("file:///etc/passwd", "not safe to follow")]
    public async Task Redirect_ThatLeadsNowhere_IsRefused(string location, string said)
    {
        using var bench = new PullBench(wrong: _ => new HubReply(302) { Headers = { ["Location"] = location } });
        await FailsAsync(bench, 1, said);
    }

    [Theory]
    [InlineData(401, "GatedRepo", null, "accept its terms at", "HF_TOKEN")]
    [InlineData(403, "GatedRepo", Token, "accept its terms at", "HF_TOKEN")]
    [InlineData(401, "RepoNotFound", null, "no public model tiny/llama", "HF_TOKEN")]
    [InlineData(401, "", Token, "refused HF_TOKEN", "tiny/llama")]
    [InlineData(403, "", null, "set HF_TOKEN", "tiny/llama")]
    [InlineData(403, "", Token, "gated", "token too narrow")]
    [InlineData(404, "RepoNotFound", null, "has no model tiny/llama", "'main'")]
    [InlineData(404, "RevisionNotFound", null, "tiny/llama has no revision 'main'", "")]
    [InlineData(418, "", null, "answered 418", "tiny/llama")]
    public async Task Host_Refuses_SaysWhatToDo(int status, string cause, string? token, string said, string more)
    {
        using var bench = new PullBench(wrong: _ => new HubReply(status) { Headers = { ["X-Error-Code"] = cause } });
        if (token is not null) bench.Environment["HF_TOKEN"] = token;
        await FailsAsync(bench, 1, said, more);
        Assert.Single(bench.Server.Requests); // it would answer the same again
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"sha":"../../etc","siblings":[]}""")]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[1]}""")]
    public async Task Listing_OfAnotherForm_IsRefused(string listing)
    {
        using var bench = new PullBench(wrong: _ => new HubReply(200, listing));
        await FailsAsync(bench, 1, "no Hugging Face-compatible host");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public async Task Model_WithoutANeededFile_IsRefusedBeforeAnyDownload(string file)
    {
        var repository = HubRepository.Small();
        repository.Files.Remove(file);
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, file);
        Assert.Single(bench.Server.Requests);
    }

    [Theory]
    [InlineData("""{"model_type":"gpt_bigcode","architectures":["GPTBigCodeForCausalLM"]}""", "gpt_bigcode")]
    [InlineData("[", "config.json")]
    public async Task Model_OfAnotherFamily_IsRefusedBeforeItsWeightsCome(string config, string said)
    {
        var repository = HubRepository.Small();
        repository.Files["config.json"] = Encoding.UTF8.GetBytes(config);
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, "tiny/llama cannot be run by this version", said);
        Assert.Empty(bench.RangesOf("model.safetensors"));
        Assert.False(Directory.Exists(bench.Gathering));
    }

    [Fact]
    public async Task Model_TokenizerOfAnotherKind_IsRefusedBeforeItsWeightsCome()
    {
        var repository = HubRepository.Small();
        repository.Files["tokenizer.json"] = """{"model":{"type":"Unigram","vocab":[]}}"""u8.ToArray();
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, "tiny/llama cannot be run by this version", "tokenizer.json");
        Assert.Empty(bench.RangesOf("model.safetensors"));
    }

    [Fact]
    public async Task Model_WeightsThatDoNotFitTheConfiguration_IsNotInstalled()
    {
        var repository = HubRepository.Small();
        repository.Files["model.safetensors"] = HubRepository.Small("qwen2").Files["model.safetensors"];
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, "tiny/llama cannot be run by this version", "model.safetensors");
    }

    [Theory]
    [InlineData("../../evil.safetensors")]
    [InlineData("/etc/evil.safetensors")]
    [InlineData("a\\b.safetensors")]
    [InlineData(".bashrc")]
    [InlineData("")]
    public async Task Shard_OutsideTheFolder_IsRefused(string shard)
    {
        var repository = HubRepository.Small("llama-sharded");
        repository.Files["model.safetensors.index.json"] = JsonSerializer.SerializeToUtf8Bytes(new { weight_map = new { x = shard } });
        repository.Files[shard] = [1];
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, "plain name", "model.safetensors.index.json");
    }

    [Fact]
    public async Task Shard_NotListed_IsNamed()
    {
        var repository = HubRepository.Small("llama-sharded");
        var shard = repository.Files.Keys.First(name => name.EndsWith(".safetensors", StringComparison.Ordinal));
        repository.Files.Remove(shard);
        using var bench = new PullBench(repository);
        await FailsAsync(bench, 1, shard, "model.safetensors.index.json");
    }

    [Theory]
    [InlineData("model", "pull", "a/b/c")]
    [InlineData("model", "pull", "../x")]
    [InlineData("model", "pull", "a--b/c")]
    [InlineData("model", "pull", "a/..")]
    [InlineData("model", "pull", "-x/y")]
    [InlineData("model", "pull", "a/b c")]
    [InlineData("model", "pull", "https://example.org/a/b")]
    [InlineData("model", "pull", "a/b@")]
    [InlineData("model", "pull", "a/b@../../x")]
    [InlineData("model", "pull", "a/b@x y")]
    [InlineData("model", "pull", "")]
    public async Task Name_ThatCannotBe_IsBadUsage(params string[] args)
    {
        using var bench = new PullBench();
        var (code, output, error) = await bench.RunAsync(args);
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(bench.Server.Requests);
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "huggingface", "HF_ENDPOINT huggingface: must be a URL")]
    [InlineData("HF_ENDPOINT", "ftp://host", "HF_ENDPOINT ftp://host: must be a URL")]
    [InlineData("HF_ENDPOINT", "http://host/?a=b", "must be a URL")]
    [InlineData("HF_ENDPOINT", "https://user:" + Token + "@host", "without a user in it")]
    [InlineData("HF_TOKEN", Token + "\r\nX-Evil: 1", "one word of plain characters")]
    public async Task Environment_ThatCannotBeRight_IsBadUsageAndKeepsSecrets(string name, string value, string said)
    {
        using var bench = new PullBench();
        bench.Environment[name] = value;
        await FailsAsync(bench, 2, said);
        Assert.Empty(bench.Server.Requests);
    }

    [Fact]
    public async Task Endpoint_WithAPath_KeepsIt()
    {
        var repository = HubRepository.Small();
        using var bench = new PullBench(repository, request => request.Path.StartsWith("/proxy/", StringComparison.Ordinal) ? repository.Answer(request with { Path = request.Path["/proxy".Length..] }) : new HubReply(404));
        bench.Environment["HF_ENDPOINT"] += "/proxy/";
        Assert.Equal(0, (await bench.PullAsync()).ExitCode);
        bench.AssertPulledRightly();
    }

    private static async Task FailsAsync(PullBench bench, int code, params string[] said)
    {
        var (exitCode, output, error) = await bench.PullAsync();
        Assert.Equal((code, ""), (exitCode, output));
        Assert.All(said, part => Assert.Contains(part, error, StringComparison.Ordinal));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.DoesNotContain(Token, error, StringComparison.Ordinal);
        bench.AssertNothingInstalled();
    }
}
