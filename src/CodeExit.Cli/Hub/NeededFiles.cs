using System.Text.Json;

namespace CodeExit.Cli.Hub;

/// <summary>Which files of a model the engine reads. Others (weights in other formats, pictures, examples) stay where they are.</summary>
internal static class NeededFiles
{
    public const string Config = "config.json";

    private const string Tokenizer = "tokenizer.json", Weights = "model.safetensors", Index = "model.safetensors.index.json";

    /// <summary>What the engine must have, and what it reads where it is there.</summary>
    private static readonly string[] Required = [Config, Tokenizer], Optional = ["generation_config.json", "tokenizer_config.json", "exits.json"];

    /// <summary>What was learned or calibrated on the weights; worth nothing without them.</summary>
    public static readonly IReadOnlyList<string> Learned = ["exit-policies.safetensors", "modes.json"];

    public static bool AreWeights(string path) => path.EndsWith(".safetensors", StringComparison.Ordinal) && !Learned.Contains(path);

    /// <summary>Few bytes that tell whether the model can be used at all.</summary>
    /// <exception cref="CliException">A file is missing without which no model can be used.</exception>
    public static IReadOnlyList<HubFile> ToJudge(HubModel model, HubListing listing)
    {
        foreach (var name in Required) Demand(model, listing, name, "");
        if (!listing.Files.ContainsKey(Weights)) Demand(model, listing, Index, $" nor {Weights}: weights in other formats must be converted to safetensors");
        string[] index = listing.Files.ContainsKey(Weights) ? [] : [Index];
        return [.. Required.Concat(Optional).Concat(index).Where(listing.Files.ContainsKey).Select(name => listing.Files[name])];
    }

    /// <summary>The weights, and what was learned on them.</summary>
    /// <param name="folder">Holds what <see cref="ToJudge"/> names.</param>
    /// <exception cref="CliException">The index names a shard that is not there, or that is no plain file name.</exception>
    public static IReadOnlyList<HubFile> ToRun(HubModel model, HubListing listing, string folder)
    {
        string[] weights = listing.Files.ContainsKey(Weights) ? [Weights] : Shards(model, listing, Path.Combine(folder, Index));
        return [.. weights.Concat(Learned).Where(listing.Files.ContainsKey).Select(name => listing.Files[name])];
    }

    private static string[] Shards(HubModel model, HubListing listing, string index)
    {
        string[] names;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            names = [.. document.RootElement.GetProperty("weight_map").EnumerateObject().Select(tensor => tensor.Value.GetString() ?? "").Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CliException($"{Index} of {model.Name} is no index of shards: {exception.Message}");
        }
        foreach (var name in names)
        {
            // An index from elsewhere must not choose where on this machine its files go.
            var isPlainName = name.EndsWith(".safetensors", StringComparison.Ordinal) && name.AsSpan().IndexOfAny("/\\:\0") < 0 && name[0] != '.';
            if (!isPlainName) throw new CliException($"{Index} of {model.Name} names the shard '{name}'; it must be the plain name of a .safetensors file");
            Demand(model, listing, name, $", which {Index} names");
        }
        return names;
    }

    private static void Demand(HubModel model, HubListing listing, string name, string why)
    {
        if (!listing.Files.ContainsKey(name)) throw new CliException($"{model.Name} has no {name} with a known size and hash{why}");
    }
}
