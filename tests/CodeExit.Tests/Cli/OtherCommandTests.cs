using System.Text.Json;

namespace CodeExit.Tests.Cli;

public sealed class OtherCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task Lsp_WithoutStandalone_SaysItRunsAloneOnStderrOnly()
    {
        _cli.Ready();
        Assert.Equal(0, await _cli.RunAsync("lsp"));
        Assert.Contains("no daemon", _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_cli.Out.ToString());
        Assert.Equal(0, _cli.ServerOutput.Length);
    }

    [Fact]
    public async Task Lsp_WithLog_WritesToTheFileAndNowhereElse()
    {
        _cli.Ready();
        var log = _cli.File("server.log", "before\n");
        Assert.Equal(0, await _cli.RunAsync("lsp", "--standalone", "--log", log));
        Assert.Equal("before\nserving\n", (await File.ReadAllTextAsync(log)).ReplaceLineEndings("\n"));
        Assert.Empty(_cli.Error.ToString());
    }

    [Fact]
    public async Task ModelInfo_Json_TellsShapeAndName()
    {
        _cli.Ready();
        Assert.Equal(0, await _cli.RunAsync("model", "info", "--json"));
        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.Equal("default", document.RootElement.GetProperty("model").GetString());
        Assert.Equal([2, 8], document.RootElement.GetProperty("exitLayers").EnumerateArray().Select(layer => layer.GetInt32()));
    }

    [Fact]
    public async Task ModelInfo_NoEmbeddedModel_SaysWhereItShouldBe()
    {
        Assert.Equal(1, await _cli.RunAsync("model", "info"));
        Assert.Contains("config.json", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelList_EmbeddedAndPulled_AreNamedAsModelTakesThem()
    {
        _cli.Ready();
        _cli.Model(Path.Combine("models", "small"));
        _cli.Model(Path.Combine("models", "owner", "large"));

        Assert.Equal(0, await _cli.RunAsync("model", "list"));

        var names = _cli.Out.ToString().TrimEnd().Split('\n').Select(line => line.Split(' ')[0]).ToArray();
        Assert.Equal(["default", "owner/large", "small"], names);
        foreach (var name in names)
        {
            Assert.Equal(0, await _cli.RunAsync("model", "info", "--model", name));
            Assert.Equal(name, _cli.Composition.Model!.Name);
        }
    }

    [Theory]
    [InlineData]
    [InlineData("bench")]
    [InlineData("model")]
    [InlineData("daemon")]
    [InlineData("tune")]
    [InlineData("model", "pull")]
    [InlineData("bench", "energy")]
    [InlineData("bench", "speed", "--random", "5m")]
    [InlineData("bench", "speed", "--keep", "x")]
    [InlineData("bench", "speed", "--random", "30m", "--model", "x")]
    [InlineData("bench", "speed", "--threads", "0")]
    public async Task Usage_Wrong_EndsWith2AndOneLine(params string[] args)
    {
        _cli.Ready();
        Assert.Equal(2, await _cli.RunAsync(args));
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(_cli.Out.ToString());
    }

    [Fact]
    public async Task Help_OfTheRoot_EndsWith0()
    {
        Assert.Equal(0, await _cli.RunAsync("--help"));
        Assert.Contains("complete", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BenchSpeed_KeepInAFolderWithFiles_IsRefused()
    {
        var folder = Path.GetDirectoryName(_cli.Ready())!;
        Assert.Equal(1, await _cli.RunAsync("bench", "speed", "--random", "30m", "--keep", folder));
        Assert.Contains("not empty", _cli.Error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _cli.Dispose();
}
