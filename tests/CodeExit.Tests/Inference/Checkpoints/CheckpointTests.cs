using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

public sealed class CheckpointTests
{
    public static TheoryData<string> FixtureNames => [.. Fixtures.Names];

    [Fact]
    public void Open_EmbeddedModel_HasConfigAndTiedTensors()
    {
        using var checkpoint = Checkpoint.Open(RepositoryFiles.Path("models", "default"));

        var config = checkpoint.Config;
        Assert.Equal(config.LayerCount, checkpoint.Tensors.Layers.Count);
        Assert.Equal(config.LayerCount, config.ExitLayers[^1]);
        Assert.Equal(config.HeadDim / 2, config.Rotary!.InverseFrequencies.Length);
        Assert.Same(checkpoint.Tensors.TokenEmbedding, checkpoint.Tensors.Head.Weight);
    }

    [Theory]
    [MemberData(nameof(FixtureNames))]
    public void Open_EveryFixture_ReadsFiniteWeights(string fixture)
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder(fixture));

        var tensors = checkpoint.Tensors;
        Assert.Equal(checkpoint.Config.LayerCount, tensors.Layers.Count);
        CheckpointTensor[] read =
        [
            tensors.TokenEmbedding,
            tensors.Head.Weight,
            .. tensors.Layers.Select(layer => layer.Query.Weight),
            .. tensors.Layers.Select(layer => layer.Down.Weight),
        ];
        Assert.All(read.SelectMany(tensor => tensor.ToArray()), value => Assert.True(float.IsFinite(value) && MathF.Abs(value) < 10));
        Assert.All(read, tensor => Assert.InRange(Deviation(tensor.ToArray()), 0.1, 0.7)); // as make_fixtures.py draws them
    }

    [Fact]
    public void Open_ManyThreads_ReadTheSameValues()
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder("llama-linear-rope-f16"));
        var expected = checkpoint.Tensors.TokenEmbedding.ToArray();
        Parallel.For(0, 32, _ => Assert.Equal(expected, checkpoint.Tensors.TokenEmbedding.ToArray()));
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var checkpoint = Checkpoint.Open(Fixtures.Folder("opt"));
        checkpoint.Dispose();
        checkpoint.Dispose();
    }

    [Fact]
    public void Open_UnneededTensorsOfOtherTypes_AreIgnored()
    {
        using var folder = TemporaryFolder.CopyOf("llama-untied-f32");
        AppendTensor(folder, """
            "model.rotary_emb.position_ids":{"dtype":"I64","shape":[1,4],"data_offsets":[BEGIN,END]}
            """, 32);
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(3, checkpoint.Tensors.Layers.Count);
    }

    [Theory]
    [InlineData("config.json", "config.json is missing")]
    [InlineData("model.safetensors", "neither model.safetensors nor model.safetensors.index.json")]
    public void Open_FileMissing_NamesIt(string file, string expected)
    {
        using var folder = TemporaryFolder.CopyOf("llama-tied");
        folder.Delete(file);
        AssertRefused(folder, expected);
    }

    [Theory]
    [InlineData("config.json", "a JSON file is needed")]
    [InlineData("model.safetensors", "a safetensors file is needed")]
    [InlineData("exits.json", "a JSON file is needed")]
    public void Open_FolderInPlaceOfFile_NamesIt(string file, string expected)
    {
        using var folder = TemporaryFolder.CopyOf("llama-tied");
        folder.Delete(file);
        Directory.CreateDirectory(Path.Combine(folder.Path, file));
        AssertRefused(folder, Path.Combine(folder.Path, file), "is a folder", expected);
    }

    [Fact]
    public void Open_NoSuchFolder_SaysSo()
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open("no/such/model"));
        Assert.Contains("no/such/model is no folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyWeights_SaysSo()
    {
        using var folder = TemporaryFolder.CopyOf("llama-tied");
        var path = folder.Write("model.safetensors", []);
        AssertRefused(folder, path, "is empty");
    }

    [Fact]
    public void Open_TruncatedWeights_NamesFileAndTensor()
    {
        using var folder = TemporaryFolder.CopyOf("llama-tied");
        var whole = File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors"));
        var path = folder.Write("model.safetensors", whole[..^1]);
        AssertRefused(folder, path, "'model.norm.weight'", "truncated");
    }

    [Fact]
    public void Open_NeededTensorOfIntegers_NamesItAndWhatWouldBeRight()
    {
        using var folder = TemporaryFolder.CopyOf("llama-untied-f32");
        var path = Path.Combine(folder.Path, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var entry = bytes.AsSpan().IndexOf("\"model.norm.weight\":{\"dtype\":\"F32\""u8);
        bytes[entry + "\"model.norm.weight\":{\"dtype\":\"".Length] = (byte)'I';
        folder.Write("model.safetensors", bytes);
        AssertRefused(folder, path, "'model.norm.weight' is I32", "F32, F16 or BF16");
    }

    private static void AppendTensor(TemporaryFolder folder, string entry, int bytes)
    {
        var file = File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors"));
        var headerLength = (int)BitConverter.ToInt64(file);
        var header = JsonDocument.Parse(file.AsMemory(8, headerLength)).RootElement.GetRawText().TrimEnd()[..^1];
        var dataBytes = file.Length - 8 - headerLength;
        entry = entry.Replace("BEGIN", $"{dataBytes}").Replace("END", $"{dataBytes + bytes}");
        var grown = SafetensorsBytes.FromHeader($"{header},{entry}}}", dataBytes + bytes);
        file.AsSpan(8 + headerLength).CopyTo(grown.AsSpan(grown.Length - dataBytes - bytes));
        folder.Write("model.safetensors", grown);
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static void AssertRefused(TemporaryFolder folder, params string[] expected)
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
