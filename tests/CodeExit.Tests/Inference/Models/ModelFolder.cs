using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Models;

/// <summary>Reads and changes the configuration of a fixture.</summary>
internal static class ModelFolder
{
    public static ModelConfig ReadConfig(string fixture, Action<JsonObject>? change = null)
    {
        using var folder = new TemporaryFolder();
        WriteConfig(folder, fixture, change);
        return ModelConfigReader.Read(folder.Path).Config;
    }

    public static void WriteConfig(TemporaryFolder folder, string fixture, Action<JsonObject>? change)
    {
        var config = JsonNode.Parse(Fixtures.Text(fixture, "config.json"))!.AsObject();
        change?.Invoke(config);
        folder.Write("config.json", config.ToJsonString());
    }

    /// <summary>Opening the fixture with this change fails with one line that begins with the file and holds these parts.</summary>
    public static void AssertRefused(string fixture, Action<JsonObject> change, params string[] expected)
    {
        using var folder = TemporaryFolder.CopyOf(fixture);
        WriteConfig(folder, fixture, change);
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.StartsWith(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Sets the keys of a JSON object given as text.</summary>
    public static void Apply(JsonObject config, string change)
    {
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject()) config[key] = value?.DeepClone();
    }
}
