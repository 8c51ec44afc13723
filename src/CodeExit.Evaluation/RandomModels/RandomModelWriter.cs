using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Evaluation.RandomModels;

/// <summary>Writes a model with random BF16 weights as a Hugging Face folder that any other engine reads too.</summary>
public static class RandomModelWriter
{
    /// <summary>Written beside the weights where given: converters to other formats ask for a tokenizer, timing does not.</summary>
    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="directory">Made where it does not exist.</param>
    /// <param name="tokenizerDirectory">Model folder whose tokenizer is copied; null for none. Its vocabulary may be smaller than the shape's.</param>
    public static void Write(RandomModelShape shape, string directory, string? tokenizerDirectory, int seed, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), Config(shape));
        if (tokenizerDirectory is not null)
        {
            foreach (var file in TokenizerFiles)
            {
                var source = Path.Combine(tokenizerDirectory, file);
                if (File.Exists(source)) File.Copy(source, Path.Combine(directory, file), overwrite: true);
            }
        }
        using var weights = File.Create(Path.Combine(directory, "model.safetensors"), bufferSize: 1);
        WriteWeights(shape, weights, seed, cancellationToken);
    }

    private static void WriteWeights(RandomModelShape shape, Stream stream, int seed, CancellationToken cancellationToken)
    {
        var tensors = shape.Tensors().Select(tensor =>
            new TensorToWrite(tensor.Name, "BF16", sizeof(ushort), tensor.Columns is { } columns ? [tensor.Rows, columns] : [tensor.Rows]));
        // transformers refuses a file that does not name its framework
        stream.Write(SafetensorsWriter.Header(tensors, [new("format", "pt")]));
        var normal = new NormalTable(seed);
        var buffer = new ushort[1 << 19]; // 1 MB at a time
        foreach (var tensor in shape.Tensors())
        {
            for (long done = 0; done < tensor.Elements; done += buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Elements - done));
                if (tensor.IsNorm) part.Fill(NormalTable.ToBrainFloat(1));
                else normal.Fill(part);
                stream.Write(MemoryMarshal.AsBytes(part));
            }
        }
    }

    private static string Config(RandomModelShape shape)
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(shape.IsQwen2 ? "Qwen2ForCausalLM" : "LlamaForCausalLM"),
            ["model_type"] = shape.IsQwen2 ? "qwen2" : "llama",
            ["hidden_act"] = "silu",
            ["hidden_size"] = shape.Hidden,
            ["intermediate_size"] = shape.Intermediate,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.KeyValueHeads,
            ["head_dim"] = shape.HeadDim,
            ["vocab_size"] = shape.Vocabulary,
            ["max_position_embeddings"] = shape.Context,
            ["rope_theta"] = shape.IsQwen2 ? 1e6 : 10000.0,
            ["rms_norm_eps"] = shape.IsQwen2 ? 1e-6 : 1e-5,
            ["tie_word_embeddings"] = true,
            ["bos_token_id"] = 0,
            ["eos_token_id"] = 0,
            ["torch_dtype"] = "bfloat16",
        };
        if (shape.IsQwen2)
        {
            config["use_sliding_window"] = false;
        }
        else
        {
            config["attention_bias"] = false;
            config["mlp_bias"] = false;
        }
        return config.ToJsonString(Indented);
    }
}
