using System.Globalization;
using System.Security.Cryptography;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit.Learned;

/// <summary>
/// <c>exit-policies.safetensors</c>, beside the weights. Tensors <c>head.LAYER.norm</c>, <c>.down</c> and <c>.up</c> are exit heads,
/// <c>probe.NAME.INDEX.weight</c> and <c>.bias</c> the layers of a probe; <c>base</c> in the metadata is the fingerprint of the weights
/// that they were learned on.
/// </summary>
public static class LearnedExitsFile
{
    public const string Name = "exit-policies.safetensors";

    private const string FormatKey = "codeexit", Format = "exit-policies 1", BaseKey = "base", TrainedOnKey = "trainedOn";

    /// <param name="base">Fingerprint of the model's weights.</param>
    /// <param name="remarks">How it was learned, for whoever looks into the file.</param>
    public static void Write(string directory, LearnedExits learned, string @base, IReadOnlyDictionary<string, string> remarks)
    {
        var tensors = new List<(string Name, long[] Shape, float[] Values)>();
        foreach (var (layer, head) in learned.Heads.OrderBy(each => each.Key))
        {
            var (hidden, rank) = (head.Norm.Length, head.Rank);
            tensors.Add(($"head.{layer}.norm", [hidden], head.Norm));
            tensors.Add(($"head.{layer}.down", [rank, hidden], head.Down));
            tensors.Add(($"head.{layer}.up", [hidden, rank], head.Up));
        }
        foreach (var (name, network) in learned.Probes.All.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            for (var i = 0; i < network.Layers.Count; i++)
            {
                var layer = network.Layers[i];
                tensors.Add(($"probe.{name}.{i}.weight", [layer.Outputs, layer.Inputs], layer.Weights.ToArray()));
                tensors.Add(($"probe.{name}.{i}.bias", [layer.Outputs], layer.Bias.ToArray()));
            }
        }
        SafetensorsWriter.Write(
            Path.Combine(directory, Name), tensors, [new(FormatKey, Format), new(BaseKey, @base), new(TrainedOnKey, string.Join(' ', learned.TrainedOn.Order(StringComparer.Ordinal))), .. remarks]);
    }

    /// <summary>Reads the file of a folder, which need not be the model's own.</summary>
    /// <returns>What was learned, and all that the file's metadata says.</returns>
    /// <exception cref="CheckpointException">The file is missing, damaged, of another format or model, or was learned on other weights.</exception>
    public static (LearnedExits Learned, IReadOnlyDictionary<string, string> Remarks) Read(string directory, Checkpoint checkpoint)
    {
        var path = Path.Combine(directory, Name);
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) is var format and not Format)
        {
            throw new CheckpointException($"{path}: \"{FormatKey}\" in the header's metadata is '{format}'; '{Format}' is needed.");
        }
        var needed = BaseFingerprint.Of(checkpoint);
        if (file.Metadata.GetValueOrDefault(BaseKey) is var learnedOn && learnedOn != needed)
        {
            throw new CheckpointException(
                $"{path} was learned on other weights ({Short(learnedOn)}) than those beside it ({Short(needed)}); "
                + "learn it again with `codeexit tune`, or remove it.");
        }
        var learned = new Reader(file, checkpoint.Config).Read() with
        {
            TrainedOn = file.Metadata.GetValueOrDefault(TrainedOnKey, "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
        };
        return (learned, file.Metadata);
    }

    private static string Short(string? fingerprint) => fingerprint is null ? "no fingerprint" : fingerprint[..Math.Min(12, fingerprint.Length)];

    private sealed class Reader(SafetensorsFile file, ModelConfig config)
    {
        private readonly HashSet<string> _unread = [.. file.Entries.Keys];

        public LearnedExits Read()
        {
            var heads = new Dictionary<int, ExitHead>();
            foreach (var layer in Parts("head.").Distinct().ToArray()) heads.Add(Layer(layer), Head($"head.{layer}"));
            var probes = new Dictionary<string, ProbeNetwork>();
            foreach (var name in file.Entries.Keys.Where(IsProbe).Select(ProbeName).Distinct().ToArray()) probes.Add(name, Probe(name));
            foreach (var name in _unread) throw new CheckpointException($"{file.Path}: tensor '{name}' is no part of an exit head or a probe.");
            return new LearnedExits(heads, new LearnedProbes(probes));
        }

        private IEnumerable<string> Parts(string prefix) =>
            file.Entries.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name.Split('.')[1]);

        private int Layer(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer >= 1 && layer < config.LayerCount
                ? layer
                : throw new CheckpointException(
                    $"{file.Path}: there is a head for layer '{text}'; the model has exits from 1 to {config.LayerCount - 1} below its last layer.");

        private ExitHead Head(string name)
        {
            var hidden = config.HiddenSize;
            var norm = Values($"{name}.norm", hidden);
            var rank = Shape($"{name}.down")[0];
            return new ExitHead(norm, Values($"{name}.down", rank, hidden), Values($"{name}.up", hidden, rank));
        }

        private ProbeNetwork Probe(string name)
        {
            var layers = new List<ProbeLayer>();
            while (file.Entries.ContainsKey($"probe.{name}.{layers.Count}.weight"))
            {
                var layer = $"probe.{name}.{layers.Count}";
                var shape = Shape($"{layer}.weight");
                if (shape is not [>= 1, >= 1]) throw Wrong($"{layer}.weight", "[outputs, inputs]");
                if (layers.Count > 0 && shape[1] != layers[^1].Outputs) throw Wrong($"{layer}.weight", $"[outputs, {layers[^1].Outputs}]");
                layers.Add(new ProbeLayer(Values($"{layer}.weight", shape), Values($"{layer}.bias", shape[0])));
            }
            return layers.Count > 0 ? new ProbeNetwork(layers) : throw Missing($"probe.{name}.0.weight");
        }

        private long[] Shape(string name) => file.Entries.TryGetValue(name, out var entry) ? entry.Shape : throw Missing(name);

        private float[] Values(string name, params ReadOnlySpan<long> shape)
        {
            if (!Shape(name).AsSpan().SequenceEqual(shape)) throw Wrong(name, $"[{string.Join(", ", shape.ToArray())}]");
            _unread.Remove(name);
            var values = file.Tensor(file.Entries[name]).ToArray();
            return Array.TrueForAll(values, float.IsFinite)
                ? values
                : throw new CheckpointException($"{file.Path}: tensor '{name}' holds a value that is no finite number.");
        }

        private CheckpointException Missing(string name) => new($"{file.Path}: tensor '{name}' is missing.");

        private CheckpointException Wrong(string name, string needed) =>
            new($"{file.Path}: tensor '{name}' has shape [{string.Join(", ", file.Entries[name].Shape)}]; {needed} is needed.");

        private static bool IsProbe(string name) => name.StartsWith("probe.", StringComparison.Ordinal) && name.Split('.').Length >= 4;

        // A probe's own name may have a dot: probe.classifier.8.0.weight
        private static string ProbeName(string name) => string.Join('.', name.Split('.')[1..^2]);
    }
}
