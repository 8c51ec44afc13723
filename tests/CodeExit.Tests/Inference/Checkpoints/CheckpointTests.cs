using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public void Open_EmbeddedModel_HasConfigAndTiedTensors()
    {
        using var checkpoint = Checkpoint.Open(RepositoryFiles.Path("models", "default"));

        var config = checkpoint.Config;
        Assert.Equal(config.LayerCount, checkpoint.Tensors.Layers.Count);
        Assert.Equal(config.LayerCount, config.ExitLayers[^1]);
        Assert.Equal(config.HeadDim / 2, config.Rotary!.InverseFrequencies.Length);
        Assert.Same(checkpoint.Tensors.TokenEmbedding, checkpoint.Tensors.Head.Weight);
        Assert.All(checkpoint.Tensors.FinalNorm!.Weight!.ToArray(), weight => Assert.True(float.IsFinite(weight)));
    }
}
