using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodeExit.Completion.Gate;

/// <summary>
/// Where <see cref="AcceptanceModel"/> is kept: a small JSON file of numbers by language id, with nothing of any text in it. It is written
/// beside its place and then moved there, so that a crash leaves the old one or the new. What cannot be read is begun anew.
/// </summary>
/// <param name="folder">This user's data folder; made where it is missing.</param>
/// <param name="warn">Told once in one line that nothing can be kept.</param>
public sealed class GateFile(string folder, Action<string> warn)
{
    public const string Name = "acceptance.json";

    internal const int LessonsBetweenWrites = 16;

    private const int Version = 1;
    private const int MostLanguages = 64, LongestLanguage = 40;

    private bool _warned;

    private string FilePath => Path.Combine(folder, Name);

    /// <param name="features">Numbers that each language must have.</param>
    internal IReadOnlyDictionary<string, double[]> Read(int features)
    {
        try
        {
            if (!File.Exists(FilePath)) return GateState.Empty.Languages;
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), GateJson.Default.GateState);
            if (state is { Version: Version, Languages: not null } && state.Languages.Values.All(each => each?.Length == features)) return state.Languages;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            Warn($"what was learned of accepted suggestions cannot be read and is begun anew: {exception.Message}");
        }
        return GateState.Empty.Languages;
    }

    internal void Write(IReadOnlyDictionary<string, double[]> languages)
    {
        // The ids are the client's: a strange one must not make the file grow.
        var kept = languages.Where(each => each.Key.Length <= LongestLanguage).Take(MostLanguages)
            .ToDictionary(each => each.Key, each => Array.ConvertAll(each.Value, weight => Math.Round(weight, 6)));
        try
        {
            Directory.CreateDirectory(folder);
            WholeFile.Write(FilePath, stream => JsonSerializer.Serialize(stream, new GateState(Version, kept), GateJson.Default.GateState));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Warn($"what is learned of accepted suggestions cannot be kept: {exception.Message}");
        }
    }

    private void Warn(string line)
    {
        if (_warned) return;
        _warned = true;
        warn(line);
    }
}

internal sealed record GateState(int Version, Dictionary<string, double[]> Languages)
{
    public static GateState Empty { get; } = new(0, []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GateState))]
internal sealed partial class GateJson : JsonSerializerContext;
