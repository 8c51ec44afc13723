using System.Text.Json.Nodes;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

public sealed class ModelConfigReaderTests
{
    [Fact]
    public void Read_Llama_TakesEveryValue()
    {
        var config = ModelFolder.ReadConfig("llama-untied-f32", json => json["rms_norm_eps"] = 1e-4);

        Assert.Equal(("llama", 131, 40, 52, 3), (config.ModelType, config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.LayerCount));
        Assert.Equal((4, 2, 24, 128), (config.HeadCount, config.KeyValueHeadCount, config.HeadDim, config.MaxPositions));
        Assert.Equal((NormKind.RootMeanSquare, 1e-4f), (config.Norm, config.NormEpsilon));
        Assert.Equal((true, Activation.Silu), (config.NormBeforeBlock, config.Activation));
        Assert.Equal((0, 40, false), (config.LearnedPositionOffset, config.EmbeddingSize, config.TiedEmbedding));
        Assert.Equal([null, null, null], config.SlidingWindows);
        Assert.Equal(1, config.BeginOfTextToken);
        Assert.Equal([2], config.EndOfTextTokens);
        Assert.Equal([3], config.ExitLayers);
    }

    [Fact]
    public void Read_OptPostNorm_TakesEveryValue()
    {
        var config = ModelFolder.ReadConfig("opt-post-norm");

        Assert.Equal((NormKind.Layer, 1e-5f), (config.Norm, config.NormEpsilon));
        Assert.Equal((false, Activation.Relu), (config.NormBeforeBlock, config.Activation));
        Assert.Equal((4, 4, 10), (config.HeadCount, config.KeyValueHeadCount, config.HeadDim));
        Assert.Equal((52, 24), (config.IntermediateSize, config.EmbeddingSize));
        Assert.Equal((2, 128), (config.LearnedPositionOffset, config.MaxPositions));
        Assert.Null(config.Rotary);
    }

    [Fact]
    public void Read_AbsentOptionalKeys_TakesTransformersDefaults()
    {
        static void Keep(JsonObject json, params string[] keys)
        {
            foreach (var key in json.Select(item => item.Key).Except([.. keys, "model_type", "vocab_size", "hidden_size",
                "num_hidden_layers", "num_attention_heads", "max_position_embeddings"]).ToList()) json.Remove(key);
        }

        var llama = ModelFolder.ReadConfig("llama-untied-f32", json => Keep(json, "intermediate_size"));
        var starcoder = ModelFolder.ReadConfig("starcoder2-plain", json => Keep(json, "intermediate_size"));
        var opt = ModelFolder.ReadConfig("opt", json => Keep(json, "ffn_dim"));

        Assert.Equal((4, 10, 1e-6f), (llama.KeyValueHeadCount, llama.HeadDim, llama.NormEpsilon));
        Assert.Equal((Activation.Silu, false), (llama.Activation, llama.TiedEmbedding));
        Assert.Equal((1e-5f, Activation.GeluTanh, true), (starcoder.NormEpsilon, starcoder.Activation, starcoder.TiedEmbedding));
        Assert.Equal((Activation.Relu, true, 40, true), (opt.Activation, opt.NormBeforeBlock, opt.EmbeddingSize, opt.TiedEmbedding));
        Assert.Equal(1, llama.Rotary!.InverseFrequencies[0]);
        Assert.Equal(MathF.Pow(10_000, -0.2f), llama.Rotary.InverseFrequencies[1], 1e-7f);
    }

    [Theory]
    [InlineData("llama-llama3-rope")]
    [InlineData("llama-linear-rope-f16")]
    [InlineData("qwen2-window")]
    public void Read_OldStyleConfig_EqualsNewStyle(string fixture)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", Fixtures.Text(fixture, "config.old.json"));
        var old = ModelConfigReader.Read(folder.Path).Config;
        var expected = ModelFolder.ReadConfig(fixture);

        Assert.Equal(expected.Rotary!.InverseFrequencies, old.Rotary!.InverseFrequencies);
        Assert.Equal(expected.SlidingWindows, old.SlidingWindows);
        Assert.Equal(expected.HeadDim, old.HeadDim);
    }

    [Theory]
    [InlineData("deepseek", "LlamaForCausalLM", "llama")]
    [InlineData("aquila", "MistralForCausalLM", "mistral")]
    [InlineData(null, "LlamaForCausalLM", "llama")]
    public void Read_OtherTypeWithKnownArchitecture_IsThatFamily(string? type, string architecture, string expected)
    {
        var config = ModelFolder.ReadConfig("llama-untied-f32", json =>
        {
            json["model_type"] = type;
            json["architectures"] = new JsonArray(architecture);
        });
        Assert.Equal(expected, config.ModelType);
    }

    [Theory]
    [InlineData("mistral-window", """{}""", new[] { 16, 16, 16 })]
    [InlineData("mistral-window", """{"sliding_window":null}""", new[] { 0, 0, 0 })]
    [InlineData("llama-untied-f32", """{"sliding_window":16}""", new[] { 0, 0, 0 })]
    [InlineData("starcoder2-window", """{}""", new[] { 20, 20, 20 })]
    [InlineData("qwen2-window", """{}""", new[] { 0, 24, 24 })]
    [InlineData("qwen2-window", """{"layer_types":null,"max_window_layers":2}""", new[] { 0, 0, 24 })]
    [InlineData("qwen2-window", """{"layer_types":null,"max_window_layers":null}""", new[] { 0, 0, 0 })]
    [InlineData("qwen2-window", """{"layer_types":null,"use_sliding_window":false}""", new[] { 0, 0, 0 })]
    [InlineData("qwen2-window", """{"layer_types":["sliding_attention","full_attention","sliding_attention"]}""", new[] { 24, 0, 24 })]
    public void Read_SlidingWindow_AppliesPerLayerAsTheFamilyDoes(string fixture, string change, int[] expected)
    {
        var config = ModelFolder.ReadConfig(fixture, json => ModelFolder.Apply(json, change));
        Assert.Equal(expected.Select(window => window == 0 ? (int?)null : window), config.SlidingWindows);
    }

    [Theory]
    [InlineData("""{"eos_token_id":[5,3]}""", """{"eos_token_id":[7,5]}""", new[] { 3, 5, 7 })]
    [InlineData("""{"eos_token_id":null}""", """{"eos_token_id":4}""", new[] { 4 })]
    [InlineData("""{"eos_token_id":50256}""", """{"eos_token_id":-1}""", new int[0])]
    public void Read_EndOfText_JoinsBothFilesAndDropsIdsOutsideTheVocabulary(string change, string generation, int[] expected)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteConfig(folder, "llama-tied", json => ModelFolder.Apply(json, change));
        folder.Write("generation_config.json", generation);
        Assert.Equal(expected, ModelConfigReader.Read(folder.Path).Config.EndOfTextTokens);
    }

    [Theory]
    [InlineData("""{"exit_layers":[1,2]}""", new[] { 1, 2, 3 })]
    [InlineData("""{"exit_layers":[2,3],"head":"shared"}""", new[] { 2, 3 })]
    [InlineData("""{"exit_layers":[]}""", new[] { 3 })]
    public void Read_ExitLayers_EndWithTheLast(string exits, int[] expected)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteConfig(folder, "llama-tied", null);
        folder.Write("exits.json", exits);
        Assert.Equal(expected, ModelConfigReader.Read(folder.Path).Config.ExitLayers);
    }
}
