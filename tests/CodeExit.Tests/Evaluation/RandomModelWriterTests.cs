using System.Text.Json;
using CodeExit.Evaluation.RandomModels;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Evaluation;

/// <summary>Reads back what was written with the few lines that the safetensors format needs, not with the engine's own reader.</summary>
public sealed class RandomModelWriterTests : IDisposable
{
    private static readonly RandomModelShape Shape = new(
        "tiny", Layers: 2, Hidden: 64, Heads: 4, KeyValueHeads: 2, HeadDim: 16, Intermediate: 96, Vocabulary: 500, Context: 128);

    private readonly string _folder = Directory.CreateTempSubdirectory("codeexit-writer-").FullName;

    [Fact]
    public void Write_Weights_CoverTheFileWithoutGapOrOverlap()
    {
        var (header, data) = Write(seed: 1);
        long end = 0, elements = 0;
        foreach (var tensor in header.Where(property => property.Name != "__metadata__"))
        {
            var offsets = tensor.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
            var count = tensor.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, dimension) => product * dimension.GetInt64());
            Assert.Equal("BF16", tensor.Value.GetProperty("dtype").GetString());
            Assert.Equal(end, offsets[0]);
            Assert.Equal(count * 2, offsets[1] - offsets[0]);
            end = offsets[1];
            elements += count;
        }
        Assert.Equal(data.Length, end);
        Assert.Equal(Shape.Parameters, elements);
    }

    [Fact]
    public void Write_Weights_AreNormalWithDeviationTwoHundredths()
    {
        var (header, data) = Write(seed: 1);
        var values = Values(header, data, "model.embed_tokens.weight");
        var mean = values.Average();
        Assert.InRange(mean, -0.001, 0.001);
        Assert.InRange(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 0.0195, 0.0205);
        Assert.InRange(values.Count(value => Math.Abs(value) < 0.02) / (double)values.Length, 0.66, 0.70); // 68.3 % within one deviation
        Assert.All(Values(header, data, "model.norm.weight"), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Write_Config_AgreesWithTheTensors()
    {
        var (header, _) = Write(seed: 1);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "config.json")));
        int Value(string name) => config.RootElement.GetProperty(name).GetInt32();
        int[] Dimensions(string name) =>
            [.. header.Single(property => property.Name == name).Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32())];

        Assert.Equal("llama", config.RootElement.GetProperty("model_type").GetString());
        Assert.Equal([Value("vocab_size"), Value("hidden_size")], Dimensions("model.embed_tokens.weight"));
        Assert.Equal([Value("num_attention_heads") * Value("head_dim"), Value("hidden_size")], Dimensions("model.layers.1.self_attn.q_proj.weight"));
        Assert.Equal([Value("num_key_value_heads") * Value("head_dim"), Value("hidden_size")], Dimensions("model.layers.1.self_attn.k_proj.weight"));
        Assert.Equal([Value("hidden_size"), Value("intermediate_size")], Dimensions("model.layers.1.mlp.down_proj.weight"));
        Assert.DoesNotContain(header, property => property.Name.StartsWith("model.layers.2.", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Qwen2_HasItsBiasesAndIsOpenedAsOne()
    {
        var (header, data) = Write(seed: 1, Shape with { IsQwen2 = true });

        Assert.InRange(Values(header, data, "model.layers.1.self_attn.k_proj.bias").Average(Math.Abs), 0.005f, 0.03f); // random, no zeros
        using var checkpoint = Checkpoint.Open(_folder);
        Assert.Equal(("qwen2", 1e-6f, true), (checkpoint.Config.ModelType, checkpoint.Config.NormEpsilon, checkpoint.Config.TiedEmbedding));
        Assert.All(checkpoint.Tensors.Layers, layer => Assert.NotNull(layer.Query.Bias));
        Assert.Equal(1e6, Math.Pow(checkpoint.Config.Rotary!.InverseFrequencies[1], -16.0 / 2), 1.0); // base^(2/16) at index 1 of heads 16 wide
    }

    [Fact]
    public void Write_SameSeed_GivesTheSameBytes()
    {
        var first = Write(seed: 1).Data;
        Assert.Equal(first, Write(seed: 1).Data);
        Assert.NotEqual(first, Write(seed: 2).Data);
    }

    [Fact]
    public void Write_WithTokenizer_CopiesItForConverters()
    {
        RandomModelWriter.Write(Shape, _folder, RepositoryFiles.Path("models", "default"), 1, CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(_folder, "tokenizer.json")));
        Assert.True(File.Exists(Path.Combine(_folder, "tokenizer_config.json")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (JsonProperty[] Header, byte[] Data) Write(int seed, RandomModelShape? shape = null)
    {
        RandomModelWriter.Write(shape ?? Shape, _folder, tokenizerDirectory: null, seed, CancellationToken.None);
        var bytes = File.ReadAllBytes(Path.Combine(_folder, "model.safetensors"));
        var length = (int)BitConverter.ToUInt64(bytes);
        Assert.Equal(0, length % 8);
        var header = JsonDocument.Parse(bytes.AsMemory(8, length)); // kept alive by the properties
        return ([.. header.RootElement.EnumerateObject()], bytes[(8 + length)..]);
    }

    private static float[] Values(JsonProperty[] header, byte[] data, string name)
    {
        var offsets = header.Single(property => property.Name == name).Value.GetProperty("data_offsets");
        var (start, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
        return [.. Enumerable.Range(0, (end - start) / 2).Select(i => BitConverter.ToSingle([0, 0, data[start + 2 * i], data[start + 2 * i + 1]]))];
    }
}
