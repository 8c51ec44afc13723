using CodeExit.Inference.Checkpoints;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Training.Heads;

/// <summary>A checkpoint of two layers and two hidden values, whose head can be worked with by hand.</summary>
internal static class TinyModel
{
    /// <param name="head">[3, 2].</param>
    public static void Write(TemporaryFolder folder, float[] head)
    {
        folder.Write("config.json", """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "hidden_size": 2, "intermediate_size": 2,
             "num_hidden_layers": 2, "num_attention_heads": 1, "num_key_value_heads": 1, "vocab_size": 3, "max_position_embeddings": 16,
             "rms_norm_eps": 1e-9, "rope_theta": 10000.0, "tie_word_embeddings": false}
            """);
        var tensors = new List<(string, long[], float[])>
        {
            ("model.embed_tokens.weight", [3, 2], new float[6]), ("model.norm.weight", [2], [1, 1]), ("lm_head.weight", [3, 2], head),
        };
        for (var layer = 0; layer < 2; layer++)
        {
            foreach (var norm in new[] { "input_layernorm", "post_attention_layernorm" }) tensors.Add(($"model.layers.{layer}.{norm}.weight", [2], [1, 1]));
            foreach (var matrix in new[] { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj" })
            {
                tensors.Add(($"model.layers.{layer}.{matrix}.weight", [2, 2], new float[4]));
            }
        }
        SafetensorsWriter.Write(Path.Combine(folder.Path, "model.safetensors"), tensors, []);
    }
}
