using System.Text.Json;
using System.Text.Json.Nodes;
using CodeExit.Completion.Calibration;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Cli;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Completion.Calibration;

public sealed class CalibratedModesTests : IDisposable
{
    private const string Base = "0123456789abcdef";
    private static readonly ModelConfig Config = TestConfig.Create(vocabulary: 8, context: 16, layers: 6);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    internal static CalibratedMode Mode(string policy) => new(
        policy, LossMetric.Textual, Tolerance: 0.05, Confidence: 0.95, Samples: 600, Measured: 0.031, "hoeffding-bentkus", ["softmax"],
        LayerShare: 0.62, "600 files, sha256:ab", Seed: 7, ExitLayers: [2, 6], Base);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var saver = Mode("softmax:0.5,kv=propagate") with { Metric = LossMetric.Risk, Tolerance = 0.15 };
        new CalibratedModes([new("saver", saver), new("balanced", Mode("fixed:2"))]).Write(_folder.Path);

        var read = CalibratedModes.Read(_folder.Path, Base, Config);

        Assert.Equal(["balanced", "saver"], read.All.Keys);
        Assert.Equivalent(saver, read.Find("saver"), strict: true);
        Assert.Null(read.Find("quality"));
        Assert.Equal(["modes.json"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_Mode_HasTheNamesThatScriptsRead()
    {
        new CalibratedModes([new("balanced", Mode("fixed:2"))]).Write(_folder.Path);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "modes.json")));
        Assert.Equal(
            "policy metric tolerance confidence samples measured bound kinds layerShare source seed exitLayers base".Split(' '),
            json.RootElement.GetProperty("balanced").EnumerateObject().Select(property => property.Name));
        Assert.Equal("textual", json.RootElement.GetProperty("balanced").GetProperty("metric").GetString());
    }

    [Fact]
    public void Write_PlaceTaken_LeavesTheOldFileAndNothingBesideIt()
    {
        // A folder cannot be replaced by a file: the last step of writing fails, as it would be missing after an interruption.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "modes.json", "x"));

        Assert.ThrowsAny<Exception>(() => new CalibratedModes([new("balanced", Mode("fixed:2"))]).Write(_folder.Path));

        Assert.Equal(["modes.json"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "modes.json", "x")));
    }

    [Fact]
    public void Read_NoFile_IsNone() => Assert.Empty(CalibratedModes.Read(_folder.Path, Base, Config).All);

    [Theory]
    [InlineData("{", "modes.json")]
    [InlineData("null", "null in place of an object")]
    [InlineData("[]", "modes.json")]
    [InlineData("""{"balanced":null}""", "'balanced' is malformed")]
    [InlineData("""{"balanced":{}}""", "policy")]
    public void Read_NoObjectOfModes_NamesTheFile(string content, string said) => AssertRefused(content, said);

    [Theory]
    [InlineData("base", "\"ffff\"", "mode 'balanced' was calibrated on other weights (ffff…) than this model's (0123456789ab…)")]
    [InlineData("exitLayers", "[3, 6]", "exits after layers 3, 6; this model has 2, 6")]
    [InlineData("policy", "\"fast:2\"", "mode 'balanced' cannot be used: policy 'fast:2' is not known")]
    [InlineData("policy", "\"fixed:7\"", "from 1 to 6")]
    [InlineData("policy", "3", "policy")]
    [InlineData("policy", "null", "policy")]
    [InlineData("metric", "\"speed\"", "metric")]
    [InlineData("metric", "1", "metric")]
    [InlineData("tolerance", "1.5", "mode 'balanced' is malformed: tolerance must be between 0 and 1")]
    [InlineData("confidence", "0", "confidence must be")]
    [InlineData("samples", "0", "samples must be")]
    [InlineData("measured", "-0.1", "measured must be")]
    [InlineData("layerShare", "2", "layerShare must be")]
    public void Read_ModeThatIsNotThisModels_NamesFileModeAndRemedy(string field, string value, string said)
    {
        new CalibratedModes([new("balanced", Mode("fixed:2"))]).Write(_folder.Path);
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "modes.json")))!;
        json["balanced"]![field] = JsonNode.Parse(value);

        AssertRefused(json.ToJsonString(), said);
    }

    [Fact]
    public void Read_UnknownMode_SaysWhichThereAre()
    {
        new CalibratedModes([new("balanced", Mode("fixed:2"))]).Write(_folder.Path);
        var text = File.ReadAllText(Path.Combine(_folder.Path, "modes.json"));

        AssertRefused(text.Replace("balanced", "auto"), "mode 'auto' cannot be calibrated; quality, balanced, saver can");
    }

    [Fact]
    public void Read_ModeTwice_IsRefused()
    {
        new CalibratedModes([new("balanced", Mode("fixed:2")), new("quality", Mode("fixed:2"))]).Write(_folder.Path);
        var text = File.ReadAllText(Path.Combine(_folder.Path, "modes.json"));

        AssertRefused(text.Replace("quality", "balanced"), "uplicate");
    }

    [Theory]
    [InlineData(LossMetric.Textual, 0.05, "within 5 % of full depth's text, 95 % sure, 600 samples")]
    [InlineData(LossMetric.Risk, 0.025, "at most 2.5 % farther from the truth than full depth, 95 % sure, 600 samples")]
    public void Promise_Metric_IsSaidInWords(LossMetric metric, double tolerance, string words) =>
        Assert.Equal(words, (Mode("fixed:2") with { Metric = metric, Tolerance = tolerance }).Promise);

    private void AssertRefused(string content, string said)
    {
        var file = _folder.Write("modes.json", content);
        var error = Assert.Throws<CheckpointException>(() => CalibratedModes.Read(_folder.Path, Base, Config));
        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains("codeexit calibrate", error.Message, StringComparison.Ordinal);
    }
}
