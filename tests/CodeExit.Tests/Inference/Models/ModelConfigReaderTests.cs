using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

public sealed class ModelConfigReaderTests
{
    [Fact]
    public void Read_Llama_TakesEveryValue()
    {
        var config = ModelFolder.ReadConfig("llama-untied-f32", json => json["rms_norm_eps"] = 1e-4);

        Assert.Equal(
            ("llama", 131, 40, 52, 3, 4, 2, 24, 128),
            (config.ModelType, config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.LayerCount, config.HeadCount,
                config.KeyValueHeadCount, config.HeadDim, config.MaxPositions));
        Assert.Equal((NormKind.RootMeanSquare, 1e-4f, true, Activation.Silu), (config.Norm, config.NormEpsilon, config.NormBeforeBlock, config.Activation));
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

        Assert.Equal((NormKind.Layer, 1e-5f, false, Activation.Relu), (config.Norm, config.NormEpsilon, config.NormBeforeBlock, config.Activation));
        Assert.Equal((52, 4, 4, 10, 24), (config.IntermediateSize, config.HeadCount, config.KeyValueHeadCount, config.HeadDim, config.EmbeddingSize));
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

        Assert.Equal((4, 10, 1e-6f, Activation.Silu, false), (llama.KeyValueHeadCount, llama.HeadDim, llama.NormEpsilon, llama.Activation, llama.TiedEmbedding));
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
        var config = ModelFolder.ReadConfig(fixture, json => Apply(json, change));
        Assert.Equal(expected.Select(window => window == 0 ? (int?)null : window), config.SlidingWindows);
    }

    [Theory]
    [InlineData("""{"eos_token_id":[5,3]}""", """{"eos_token_id":[7,5]}""", new[] { 3, 5, 7 })]
    [InlineData("""{"eos_token_id":null}""", """{"eos_token_id":4}""", new[] { 4 })]
    [InlineData("""{"eos_token_id":50256}""", """{"eos_token_id":-1}""", new int[0])]
    public void Read_EndOfText_JoinsBothFilesAndDropsIdsOutsideTheVocabulary(string change, string generation, int[] expected)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteConfig(folder, "llama-tied", json => Apply(json, change));
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

    [Theory]
    [InlineData("""{"exit_layers":[2,1]}""", "\"exit_layers\" is [2,1]", "ascending array of layers from 1 to 3")]
    [InlineData("""{"exit_layers":[0,3]}""", "\"exit_layers\"", "from 1 to 3")]
    [InlineData("""{"exit_layers":[1,4]}""", "\"exit_layers\"", "from 1 to 3")]
    [InlineData("""{"exit_layers":["1"]}""", "\"exit_layers\"", "from 1 to 3")]
    [InlineData("""{"exits":[1]}""", "\"exit_layers\" is missing", "from 1 to 3")]
    [InlineData("""{"exit_layers":[1],"head":"own"}""", "\"head\" is \"own\"", "\"shared\"")]
    [InlineData("[1,2]", "Array", "an object")]
    public void Read_WrongExitLayers_NamesFileAndKey(string exits, params string[] expected)
    {
        using var folder = new TemporaryFolder();
        ModelFolder.WriteConfig(folder, "llama-tied", null);
        var path = folder.Write("exits.json", exits);
        var error = Assert.Throws<CheckpointException>(() => ModelConfigReader.Read(folder.Path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"model_type":"gpt2","architectures":["GPT2LMHeadModel"]}""", "\"model_type\" is \"gpt2\"", "llama, mistral, qwen2, starcoder2, opt")]
    [InlineData("""{"model_type":null,"architectures":null}""", "\"model_type\" is missing", "llama")]
    [InlineData("""{"model_type":7}""", "\"model_type\" is 7", "a string")]
    [InlineData("""{"hidden_size":null}""", "\"hidden_size\" is missing", "an integer from 1 to")]
    [InlineData("""{"hidden_size":"40"}""", "\"hidden_size\" is \"40\"", "an integer from 1 to")]
    [InlineData("""{"hidden_size":40.5}""", "\"hidden_size\" is 40.5", "an integer from 1 to")]
    [InlineData("""{"num_hidden_layers":0}""", "\"num_hidden_layers\" is 0", "an integer from 1 to 4096")]
    [InlineData("""{"num_hidden_layers":-3}""", "\"num_hidden_layers\" is -3", "an integer from 1 to 4096")]
    [InlineData("""{"vocab_size":2147483648}""", "\"vocab_size\" is 2147483648", "an integer from 1 to")]
    [InlineData("""{"num_attention_heads":3,"head_dim":null}""", "\"num_attention_heads\" is 3", "a divisor of hidden_size (40)")]
    [InlineData("""{"num_attention_heads":8,"head_dim":null}""", "\"num_attention_heads\" is 8", "even")]
    [InlineData("""{"num_key_value_heads":3}""", "\"num_key_value_heads\" is 3", "a divisor of num_attention_heads (4)")]
    [InlineData("""{"head_dim":23}""", "\"head_dim\" is 23", "an even number")]
    [InlineData("""{"hidden_act":"mish"}""", "\"hidden_act\" is \"mish\"", "one of silu")]
    [InlineData("""{"rms_norm_eps":-1}""", "\"rms_norm_eps\" is -1", "above 0")]
    [InlineData("""{"rms_norm_eps":1e999}""", "\"rms_norm_eps\" is 1e999", "above 0")]
    [InlineData("""{"tie_word_embeddings":"yes"}""", "\"tie_word_embeddings\" is \"yes\"", "true or false")]
    [InlineData("""{"attention_bias":1}""", "\"attention_bias\" is 1", "true or false")]
    [InlineData("""{"eos_token_id":"eos"}""", "\"eos_token_id\" is \"eos\"", "a token id")]
    [InlineData("""{"quantization_config":{"quant_method":"gptq"}}""", "\"quantization_config\"", "F32, F16 or BF16")]
    [InlineData("""{"rope_parameters":[1]}""", "\"rope_parameters\" is [1]", "an object")]
    [InlineData("""{"rope_parameters":{"rope_type":"longrope"}}""", "\"rope_parameters.rope_type\" is \"longrope\"", "default, linear, dynamic, llama3, yarn")]
    [InlineData("""{"rope_scaling":{"type":"su","factor":2}}""", "\"rope_scaling.type\" is \"su\"", "default, linear")]
    [InlineData("""{"rope_scaling":{"type":"linear"}}""", "\"rope_scaling.factor\" is missing", "a number above 0")]
    [InlineData("""{"rope_scaling":{"type":"linear","factor":0}}""", "\"rope_scaling.factor\" is 0", "a number above 0")]
    [InlineData("""{"rope_parameters":{"full_attention":{"rope_theta":1e4}}}""", "\"rope_parameters.rope_type\" is missing", "default, linear")]
    [InlineData("""{"rope_parameters":{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4}}""", "\"rope_parameters.high_freq_factor\" is 4", "above low_freq_factor (4)")]
    [InlineData("""{"rope_theta":-5,"rope_parameters":null}""", "\"rope_theta\" is -5", "above 0")]
    [InlineData("""{"partial_rotary_factor":0.5}""", "\"partial_rotary_factor\" is 0.5", "1 (the whole head")]
    public void Open_WrongValue_NamesKeyValueAndWhatIsRight(string change, params string[] expected) =>
        ModelFolder.AssertRefused("llama-untied-f32", json => Apply(json, change), ["config.json", .. expected]);

    [Theory]
    [InlineData("""{"layer_types":["full_attention"]}""", "\"layer_types\"", "3 times (num_hidden_layers)")]
    [InlineData("""{"layer_types":["full_attention","linear_attention","full_attention"]}""", "\"layer_types\"", "sliding_attention")]
    [InlineData("""{"use_sliding_window":false}""", "\"layer_types\"", "use_sliding_window true")]
    [InlineData("""{"sliding_window":0}""", "\"sliding_window\" is 0", "an integer from 1 to")]
    public void Open_WrongWindows_NamesKeyValueAndWhatIsRight(string change, params string[] expected) =>
        ModelFolder.AssertRefused("qwen2-window", json => Apply(json, change), ["config.json", .. expected]);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"model_type":"llama","model_type":"opt"}""", "uplicate")]
    [InlineData("""{"model_type":"\ud800"}""", "not valid JSON")]
    [InlineData("""{"model_type":NaN}""", "not valid JSON")]
    [InlineData("null", "an object is needed")]
    public void Open_ConfigThatIsNoJsonObject_SaysSo(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("config.json", content);
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static void Apply(JsonObject config, string change)
    {
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject()) config[key] = value?.DeepClone();
    }
}
