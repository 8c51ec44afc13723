using CodeExit.Cli.Hub;

namespace CodeExit.Tests.Cli.Hub;

/// <summary>What hosts and lines do to a download.</summary>
public sealed class ModelPullDownloadTests
{
    private static readonly byte[] Weights = HubRepository.Small().Files["model.safetensors"];

    [Fact]
    public async Task Download_CutTwice_GoesOnFromWhereItEnded()
    {
        var cuts = 2;
        using var bench = new PullBench(wrong: request => IsWeights(request) && cuts-- > 0 ? HubRepository.Content(request, Weights) with { CutAfter = 3000 } : null);

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal([null, "bytes=3000-", "bytes=6000-"], bench.RangesOf("model.safetensors"));
        Assert.Equal(HubRepository.ETag(Weights), bench.Server.Requests.Last(IsWeights).Header("If-Range"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Download_MoreCutsThanTries_GetsThroughAsLongAsEachBringsSomething()
    {
        using var bench = new PullBench(wrong: request => IsWeights(request)
            ? HubRepository.Content(request, Weights) is var whole && whole.Body.Length > 8000 ? whole with { CutAfter = 8000 } : null
            : null)
        { Patience = new HubPatience { Tries = 2, FirstPause = TimeSpan.Zero } };

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.True(bench.RangesOf("model.safetensors").Count() > 3);
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Download_AlwaysCutAtOnePlaceByAHostWithoutRanges_GivesUp()
    {
        using var bench = new PullBench(wrong: request => IsWeights(request) ? new HubReply(200, Weights) { CutAfter = 3000 } : null);

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains("tried 5 times", error);
        bench.AssertNothingInstalled();
    }

    [Fact]
    public async Task Resume_HostIgnoresRange_StartsAnew()
    {
        using var bench = new PullBench(wrong: request => IsWeights(request) ? new HubReply(200, Weights) : null);
        bench.LeavePart("model.safetensors", new byte[1000], HubRepository.ETag(Weights));

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal(["bytes=1000-"], bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Resume_OtherETag_StartsAnew()
    {
        using var bench = new PullBench();
        bench.LeavePart("model.safetensors", new byte[1000], "\"of another file\"");

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal("\"of another file\"", bench.Server.Requests.First(IsWeights).Header("If-Range"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Resume_HostIgnoresIfRange_IsNotMixedWithAnotherFile()
    {
        using var bench = new PullBench(wrong: request =>
            IsWeights(request) ? HubRepository.Content(request with { Headers = request.Headers.Where(header => header.Key != "If-Range").ToDictionary() }, Weights) : null);
        bench.LeavePart("model.safetensors", new byte[1000], "\"of another file\"");

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal(["bytes=1000-", null], bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Resume_BeginningIsDamaged_IsFetchedAnewOnce()
    {
        using var bench = new PullBench();
        bench.LeavePart("model.safetensors", new byte[1000], null);

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal(["bytes=1000-", null], bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1000)]
    [InlineData(0)]
    public async Task Resume_PartAsLongOrLonger_IsChecked(int more)
    {
        using var bench = new PullBench();
        byte[] part = more < 0 ? Weights[..^-more] : [.. Weights, .. new byte[more]];
        bench.LeavePart("model.safetensors", part, HubRepository.ETag(Weights));

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal(more == 0 ? [] : more < 0 ? [$"bytes={part.Length}-"] : new string?[] { null }, bench.RangesOf("model.safetensors"));
        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Resume_RangeNotSatisfiable_StartsAnew()
    {
        using var bench = new PullBench(wrong: request => IsWeights(request) && request.Header("Range") is not null ? new HubReply(416) : null);
        bench.LeavePart("model.safetensors", Weights[..1000], HubRepository.ETag(Weights));

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        bench.AssertPulledRightly();
    }

    [Theory]
    [InlineData("model.safetensors", 64)]
    [InlineData("config.json", 40)]
    public async Task Content_OtherHash_IsNotInstalled(string file, int digits)
    {
        var repository = HubRepository.Small();
        repository.ListedHashes[file] = new string('a', digits);
        using var bench = new PullBench(repository);

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains(file, error);
        Assert.Contains(new string('a', digits), error);
        bench.AssertNothingInstalled();
        Assert.False(File.Exists(Path.Combine(bench.Gathering, file)));
        Assert.False(File.Exists(Path.Combine(bench.Gathering, file + ".part")));
    }

    [Fact]
    public async Task Content_LongerThanListed_EndsAtOnce()
    {
        using var bench = new PullBench(wrong: request => IsWeights(request) ? new HubReply(200, [.. Weights, 0]) : null);

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains($"longer than the {Weights.Length} bytes", error);
        bench.AssertNothingInstalled();
    }

    [Fact]
    public async Task Host_Stalls_IsLeftAndAskedAgain()
    {
        var stalls = 1;
        using var bench = new PullBench(wrong: request => IsWeights(request) && stalls-- > 0 ? HubRepository.Content(request, Weights) with { CutAfter = 4000, Stalls = true } : null)
        { Patience = new HubPatience { FirstPause = TimeSpan.Zero, Stall = TimeSpan.FromSeconds(5) } };

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        Assert.Equal("bytes=4000-", bench.RangesOf("model.safetensors").ElementAt(1));
        bench.AssertPulledRightly();
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task Host_BusyForAMoment_IsAskedAgain(int status)
    {
        var asked = new HashSet<string>();
        using var bench = new PullBench(wrong: request => asked.Add(request.Path) ? new HubReply(status) { Headers = { ["Retry-After"] = "0" } } : null);

        Assert.Equal((0, ""), Brief(await bench.PullAsync()));

        bench.AssertPulledRightly();
    }

    [Fact]
    public async Task Host_Broken_IsAskedAFewTimesAndNamed()
    {
        using var bench = new PullBench(wrong: _ => new HubReply(500));

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains("answered 500; tried 5 times", error);
        Assert.Equal(5, bench.Server.Requests.Count);
    }

    [Fact]
    public async Task Host_NotThere_IsNamed()
    {
        using var bench = new PullBench();
        bench.Server.Dispose();

        var (code, _, error) = await bench.PullAsync();

        Assert.Equal(1, code);
        Assert.Contains($"{new Uri(bench.Server.Address).Authority} cannot be reached", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static bool IsWeights(HubRequest request) => request.Path.EndsWith("/model.safetensors", StringComparison.Ordinal);

    private static (int, string) Brief((int ExitCode, string Out, string Error) result) => (result.ExitCode, result.Error);
}
