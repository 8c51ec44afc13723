using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

public sealed class DecoderTensorsReaderTests
{
    [Theory]
    [InlineData("llama-tied", true)]
    [InlineData("llama-base", true)]
    [InlineData("opt-post-norm", true)]
    [InlineData("llama-untied-f32", false)]
    [InlineData("llama-own-head", false)] // says tied, stores two matrices: transformers 5 keeps both
    public void Open_TiedHead_IsTheEmbeddingItself(string fixture, bool tied)
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder(fixture));
        Assert.Equal(tied, ReferenceEquals(checkpoint.Tensors.TokenEmbedding, checkpoint.Tensors.Head.Weight));
        Assert.Equal(tied, checkpoint.Config.TiedEmbedding);
    }

    [Fact]
    public void Open_TiedWithEqualStoredHead_IsTied()
    {
        using var folder = TemporaryFolder.CopyOf("llama-own-head");
        using (var checkpoint = Checkpoint.Open(folder.Path)) CopyHeadOverEmbedding(folder, checkpoint);

        using var copied = Checkpoint.Open(folder.Path);
        Assert.Same(copied.Tensors.TokenEmbedding, copied.Tensors.Head.Weight);
        Assert.True(copied.Config.TiedEmbedding);
    }

    [Theory]
    [InlineData("llama-untied-f32", false, false, false)]
    [InlineData("llama-biases", true, true, true)]
    [InlineData("mistral-window", false, false, false)]
    [InlineData("qwen2", true, false, false)]
    [InlineData("starcoder2-window", true, true, true)]
    [InlineData("starcoder2-plain", false, false, false)]
    [InlineData("opt", true, true, true)]
    [InlineData("opt-plain", false, false, false)]
    public void Open_Biases_AreThoseTheConfigurationNames(string fixture, bool queryKeyValue, bool output, bool mlp)
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder(fixture));
        Assert.All(checkpoint.Tensors.Layers, layer =>
        {
            Assert.Equal([queryKeyValue, queryKeyValue, queryKeyValue], HasBias(layer.Query, layer.Key, layer.Value));
            Assert.Equal([output], HasBias(layer.Output));
            Assert.Equal([mlp, mlp], HasBias(layer.Up, layer.Down));
            Assert.Equal(checkpoint.Config.ModelType is "llama" or "mistral" or "qwen2", layer.Gate is not null);
        });
    }

    [Fact]
    public void Open_OptPostNorm_HasProjectionsAndNoFinalNorm()
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder("opt-post-norm"));
        var tensors = checkpoint.Tensors;
        Assert.Equal((40, 24), (tensors.ProjectIn!.Weight.Rows, tensors.ProjectIn.Weight.Columns));
        Assert.Equal((24, 40), (tensors.ProjectOut!.Weight.Rows, tensors.ProjectOut.Weight.Columns));
        Assert.Equal(130, tensors.PositionEmbedding!.Rows);
        Assert.Null(tensors.FinalNorm);
    }

    [Fact]
    public void Open_OptWithoutAffineNorms_HasNormsWithoutWeights()
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder("opt-plain"));
        Assert.Equal(new NormTensors(null, null), checkpoint.Tensors.FinalNorm);
        Assert.All(checkpoint.Tensors.Layers, layer => Assert.Equal(new NormTensors(null, null), layer.AttentionNorm));
    }

    [Fact]
    public void Open_OptFinalNormRemovedByConfig_HasNone()
    {
        using var folder = TemporaryFolder.CopyOf("opt");
        ModelFolder.WriteConfig(folder, "opt", config => config["_remove_final_layer_norm"] = true);
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Null(checkpoint.Tensors.FinalNorm);
    }

    [Theory]
    [InlineData("llama-untied-f32", "vocab_size", 130, "'model.embed_tokens.weight' has shape [131, 40]", "[130, 40]")]
    [InlineData("llama-untied-f32", "intermediate_size", 56, "'model.layers.0.mlp.gate_proj.weight' has shape [52, 40]", "[56, 40]")]
    [InlineData("llama-untied-f32", "head_dim", 20, "'model.layers.0.self_attn.q_proj.weight' has shape [96, 40]", "[80, 40]")]
    [InlineData("llama-untied-f32", "num_key_value_heads", 1, "'model.layers.0.self_attn.k_proj.weight' has shape [48, 40]", "[24, 40]")]
    [InlineData("llama-untied-f32", "num_hidden_layers", 4, "'model.layers.3.input_layernorm.weight' is missing", "[40]")]
    [InlineData("opt", "max_position_embeddings", 64, "'model.decoder.embed_positions.weight' has shape [130, 40]", "[66, 40]")]
    [InlineData("opt", "word_embed_proj_dim", 24, "'model.decoder.embed_tokens.weight' has shape [131, 40]", "[131, 24]")]
    public void Open_ShapeThatContradictsTheConfiguration_GivesBoth(string fixture, string key, int value, params string[] expected) =>
        ModelFolder.AssertRefused(fixture, config => config[key] = value, ["model.safetensors", .. expected]);

    [Theory]
    [InlineData("llama-tied", "tie_word_embeddings", false, "'lm_head.weight' is missing", "[131, 40]")]
    [InlineData("llama-base", "tie_word_embeddings", false, "'lm_head.weight' is missing", "[131, 40]")]
    [InlineData("llama-tied", "mlp_bias", true, "'model.layers.0.mlp.gate_proj.bias' is missing", "[52]")]
    [InlineData("starcoder2-plain", "use_bias", true, "'model.layers.0.self_attn.q_proj.bias' is missing", "[40]")]
    public void Open_MissingTensor_IsNamedWithItsShape(string fixture, string key, bool value, params string[] expected) =>
        ModelFolder.AssertRefused(fixture, config => config[key] = value, ["model.safetensors", .. expected]);

    private static bool[] HasBias(params LinearTensors[] projections) => [.. projections.Select(projection => projection.Bias is not null)];

    private static unsafe void CopyHeadOverEmbedding(TemporaryFolder folder, Checkpoint checkpoint)
    {
        var (embedding, head) = (checkpoint.Tensors.TokenEmbedding, checkpoint.Tensors.Head.Weight);
        var bytes = embedding.Rows * embedding.Columns * sizeof(ushort);
        var file = File.ReadAllBytes(embedding.File);
        var at = file.AsSpan().IndexOf(new ReadOnlySpan<byte>((void*)embedding.Data, bytes));
        new ReadOnlySpan<byte>((void*)head.Data, bytes).CopyTo(file.AsSpan(at));
        // A new file: the old one is mapped.
        folder.Delete("model.safetensors");
        folder.Write("model.safetensors", file);
    }
}
