namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// The weights of a model folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names. Looks
/// tensors up by name; what a caller asks for is checked for element type and shape.
/// </summary>
internal sealed class TensorFiles : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _fileOf = [];

    private TensorFiles(string source) => Source = source;

    /// <summary>The file that lists the tensors, for messages: the single file or the index.</summary>
    public string Source { get; }

    /// <exception cref="CheckpointException">No weights, or a file among them that cannot be used.</exception>
    public static TensorFiles Open(string directory)
    {
        var single = Path.Combine(directory, SingleFile);
        var index = Path.Combine(directory, IndexFile);
        var isSingle = Path.Exists(single);
        if (!isSingle && !Path.Exists(index))
        {
            throw new CheckpointException(
                $"{directory} holds neither {SingleFile} nor {IndexFile}; weights in other formats must be converted to safetensors.");
        }
        var files = new TensorFiles(isSingle ? single : index);
        try
        {
            if (isSingle) files.AddAll(single);
            else files.AddShards(JsonSection.Load(index), directory);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary><see cref="BaseFingerprint"/> of these weights; read once, as several that lie beside them ask for it.</summary>
    public string Fingerprint => field ??= BaseFingerprint.Compute(this);

    /// <summary>Every tensor of the folder, also those that no role asks for.</summary>
    public IEnumerable<(SafetensorsFile File, SafetensorsEntry Entry)> All => _fileOf.Select(each => (each.Value, each.Value.Entries[each.Key]));

    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>A tensor of exactly this shape.</summary>
    /// <exception cref="CheckpointException">There is none, or it is of another shape or cannot be computed with.</exception>
    public CheckpointTensor Read(string name, params ReadOnlySpan<long> shape)
    {
        if (!_fileOf.TryGetValue(name, out var file))
        {
            throw new CheckpointException($"{Source}: tensor '{name}' is missing; shape {Show(shape)} is needed.");
        }
        var entry = file.Entries[name];
        if (!shape.SequenceEqual(entry.Shape))
        {
            throw new CheckpointException(
                $"{file.Path}: tensor '{name}' has shape {Show(entry.Shape)}; config.json asks for {Show(shape)}.");
        }
        return file.Tensor(entry);
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        _files.Clear();
    }

    private void AddAll(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (var name in file.Entries.Keys) _fileOf.Add(name, file);
    }

    private void AddShards(JsonSection index, string directory)
    {
        var shardOf = index.OptionalSection("weight_map") ?? throw index.Missing("weight_map", "an object from tensor name to shard file");
        var shards = new Dictionary<string, SafetensorsFile>();
        foreach (var tensor in shardOf.Keys)
        {
            var shard = shardOf.OptionalText(tensor) ?? throw shardOf.Wrong(tensor, "the name of a shard file");
            if (!shards.TryGetValue(shard, out var file))
            {
                file = OpenShard(shardOf, tensor, shard, directory);
                shards.Add(shard, file);
            }
            if (!file.Entries.ContainsKey(tensor))
            {
                throw new CheckpointException($"{file.Path}: tensor '{tensor}' is missing though {index.File} lists it there.");
            }
            _fileOf[tensor] = file;
        }
    }

    private SafetensorsFile OpenShard(JsonSection shardOf, string tensor, string shard, string directory)
    {
        // A plain name only: an index from elsewhere must not make us map files outside the model's folder.
        var isPlainName = shard is not ("" or "." or "..") && shard.AsSpan().IndexOfAny("/\\:\0") < 0;
        if (!isPlainName) throw shardOf.Wrong(tensor, $"the plain name of a file inside {directory}");
        var path = Path.Combine(directory, shard);
        if (!Path.Exists(path))
        {
            throw new CheckpointException($"{shardOf.File}: tensor '{tensor}' lies in {shard}, which is missing from {directory}.");
        }
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        return file;
    }

    private static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
