using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>Reads <c>exits.json</c>: the layers whose states were trained to be read through the shared final norm and head.</summary>
internal static class ExitLayersReader
{
    /// <summary>Ascending, 1-based, the last layer always among them; it alone where the file is absent.</summary>
    public static int[] Read(string directory, int layers)
    {
        const string Key = "exit_layers";
        if (JsonSection.LoadIfPresent(Path.Combine(directory, "exits.json")) is not { } json) return [layers];
        if (json.OptionalText("head") is { } head && head != "shared") throw json.Wrong("head", "\"shared\"");

        var needed = $"an ascending array of layers from 1 to {layers}";
        var exits = new List<int>();
        foreach (var item in json.OptionalArray(Key) ?? throw json.Missing(Key, needed))
        {
            var previous = exits.Count == 0 ? 0 : exits[^1];
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var layer) || layer <= previous || layer > layers)
            {
                throw json.Wrong(Key, needed);
            }
            exits.Add(layer);
        }
        if (exits.Count == 0 || exits[^1] != layers) exits.Add(layers);
        return [.. exits];
    }
}
