using CodeExit.Inference.Models;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// A model folder in Hugging Face layout, opened: its configuration and its memory-mapped weights. Nothing is copied; dispose it
/// when no tensor is read any more. Read-only, so any number of threads may read it.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private Checkpoint(string directory, ModelConfig config, DecoderTensors tensors, TensorFiles files)
    {
        Files = files;
        Directory = directory;
        Config = config;
        Tensors = tensors;
    }

    public string Directory { get; }

    public ModelConfig Config { get; }

    public DecoderTensors Tensors { get; }

    /// <summary>The tensors as they are stored, by name.</summary>
    internal TensorFiles Files { get; }

    /// <summary>Opens a folder with <c>config.json</c> and <c>model.safetensors</c> (or its index and shards).</summary>
    /// <exception cref="CheckpointException">Anything missing, malformed or of the wrong shape.</exception>
    public static Checkpoint Open(string directory)
    {
        if (!System.IO.Directory.Exists(directory))
        {
            throw new CheckpointException($"{directory} is no folder; a Hugging Face model folder is needed.");
        }
        var (config, layout) = ModelConfigReader.Read(directory);
        var files = TensorFiles.Open(directory);
        try
        {
            var tensors = DecoderTensorsReader.Read(files, config, layout);
            // What is stored decides: a configuration may say tied where two different matrices lie in the file.
            var tied = ReferenceEquals(tensors.Head.Weight, tensors.TokenEmbedding);
            return new Checkpoint(directory, config with { TiedEmbedding = tied }, tensors, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose() => Files.Dispose();
}
