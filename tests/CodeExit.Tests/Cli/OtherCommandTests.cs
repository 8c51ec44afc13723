using System.Text.Json;

namespace CodeExit.Tests.Cli;

public sealed class OtherCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task Lsp_NoDaemonPossible_SaysItRunsAloneOnStderrOnly()
    {
        _cli.Ready();
        Assert.Equal(0, await _cli.RunAsync("lsp"));
        Assert.Contains("there is no daemon here", _cli.Error.ToString(), StringComparison.Ordinal);
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

    [Fact]
    public async Task BenchPolicies_Source_WritesBothFiles()
    {
        _cli.Ready();
        _cli.File("code/a.py", "value = value\n");
        var (json, html) = (_cli.File("report.json", ""), _cli.File("report.html", ""));
        var source = Path.GetDirectoryName(_cli.File("code/b.py", "other = value\n"))!;

        Assert.Equal((0, ""), (await _cli.RunAsync("bench", "policies", "--source", source, "--policy", "fixed:2", "--count", "3", "--json", json, "--html", html), _cli.Error.ToString()));

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Equal(3, document.RootElement.GetProperty("tasks").GetInt32());
        Assert.Equal(["full", "fixed:2"], document.RootElement.GetProperty("policies").EnumerateArray().Select(each => each.GetProperty("policy").GetString()));
        Assert.Contains("<td>fixed:2</td>", await File.ReadAllTextAsync(html));
        Assert.Contains("fixed:2", _cli.Out.ToString());
    }

    [Theory]
    [InlineData(1, "no such folder", "--source", "/nowhere/at/all")]
    [InlineData(1, "no such file", "--tasks", "/nowhere/at/all")]
    [InlineData(2, "policy 'fast'", "--source", ".", "--policy", "fast")]
    [InlineData(2, "from 1 to 6", "--source", ".", "--policy", "fixed:7")]
    public async Task BenchPolicies_WhatCannotBeMeasured_IsNamed(int code, string said, params string[] args)
    {
        _cli.Ready();
        _cli.File("code/a.py", "value = value\n");
        if (args[1] == ".") args[1] = Path.GetDirectoryName(_cli.File("code/b.py", "other = value\n"))!;

        Assert.Equal(code, await _cli.RunAsync(["bench", "policies", .. args]));

        Assert.Contains(said, _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData]
    [InlineData("bench")]
    [InlineData("model")]
    [InlineData("daemon")]
    [InlineData("tune")]
    [InlineData("calibrate")]
    [InlineData("model", "pull")]
    [InlineData("bench", "energy")]
    [InlineData("bench", "speed", "--random", "5m")]
    [InlineData("bench", "speed", "--keep", "x")]
    [InlineData("bench", "speed", "--random", "30m", "--model", "x")]
    [InlineData("bench", "speed", "--threads", "0")]
    [InlineData("bench", "policies")]
    [InlineData("bench", "policies", "--source", ".", "--tasks", "x")]
    [InlineData("bench", "policies", "--source", ".", "--count", "0")]
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
