using CodeExit.Inference.EarlyExit.Learned;
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

    /// <summary>As <see cref="OpenBase"/>, and with what was learned on top of the weights, where the folder holds that.</summary>
    /// <exception cref="CheckpointException">Anything missing, malformed or of the wrong shape, or learned on other weights.</exception>
    public static Checkpoint Open(string directory)
    {
        var checkpoint = OpenBase(directory);
        try
        {
            if (!Path.Exists(Path.Combine(directory, LearnedExitsFile.Name))) return checkpoint;
            var (learned, _) = LearnedExitsFile.Read(directory, checkpoint);
            var config = checkpoint.Config;
            int[] exits = [.. config.ExitLayers.Union(learned.Heads.Keys).Order()];
            return new Checkpoint(directory, config with { ExitLayers = exits, Learned = learned }, checkpoint.Tensors, checkpoint.Files);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder with <c>config.json</c> and <c>model.safetensors</c> (or its index and shards).</summary>
    /// <exception cref="CheckpointException">Anything missing, malformed or of the wrong shape.</exception>
    public static Checkpoint OpenBase(string directory)
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

    /// <summary>Reads <c>config.json</c> alone: whether such a model could be run, before its weights are there.</summary>
    /// <exception cref="CheckpointException">It is missing or malformed, or of no family that can be run.</exception>
    public static ModelConfig ReadConfig(string directory) => ModelConfigReader.Read(directory).Config;

    public void Dispose() => Files.Dispose();
}
