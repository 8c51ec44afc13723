using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

/// <summary>Configurations that cannot be run: one line that names file, key, value and what would be right.</summary>
public sealed class ModelConfigRefusalTests
{
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
        ModelFolder.AssertRefused("llama-untied-f32", json => ModelFolder.Apply(json, change), ["config.json", .. expected]);

    [Theory]
    [InlineData("""{"layer_types":["full_attention"]}""", "\"layer_types\"", "3 times (num_hidden_layers)")]
    [InlineData("""{"layer_types":["full_attention","linear_attention","full_attention"]}""", "\"layer_types\"", "sliding_attention")]
    [InlineData("""{"use_sliding_window":false}""", "\"layer_types\"", "use_sliding_window true")]
    [InlineData("""{"sliding_window":0}""", "\"sliding_window\" is 0", "an integer from 1 to")]
    public void Open_WrongWindows_NamesKeyValueAndWhatIsRight(string change, params string[] expected) =>
        ModelFolder.AssertRefused("qwen2-window", json => ModelFolder.Apply(json, change), ["config.json", .. expected]);

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
}
