using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Cli.Hub;

/// <summary>What a pulled folder says of itself, in <c>pull.json</c>: where its files came from.</summary>
/// <param name="Revision">What was asked for.</param>
/// <param name="Commit">What that was when it was pulled.</param>
internal sealed record PulledModel(string Model, string Revision, string Commit, IReadOnlyList<PulledFile> Files)
{
    private const string FileName = "pull.json";

    /// <returns>Null where the folder was not pulled, or says so in a form that is not ours.</returns>
    public static PulledModel? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PulledModelJson.Default.PulledModel);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, PulledModelJson.Default.PulledModel));

    /// <summary>Whether every file is there with its size.</summary>
    public bool IsWhole(string folder) =>
        Files.All(file => new FileInfo(Path.Combine(folder, file.Path)) is { Exists: true } there && there.Length == file.Size);

    /// <summary>Whether both have the same weights, so that what was learned on the one holds for the other.</summary>
    public bool HasWeightsOf(PulledModel other) => Weights().SetEquals(other.Weights());

    private HashSet<string> Weights() => [.. Files.Where(file => NeededFiles.AreWeights(file.Path)).Select(file => file.Hash)];
}

/// <param name="Hash">Kind and digits: "sha256:…".</param>
internal sealed record PulledFile(string Path, long Size, string Hash);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PulledModel))]
internal sealed partial class PulledModelJson : JsonSerializerContext;
