using System.Text.Json;
using System.Text.Json.Serialization;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Completion.Calibration;

/// <summary>The modes that a model was calibrated for: <c>modes.json</c> of its folder, one object for each mode.</summary>
public sealed class CalibratedModes
{
    public const string FileName = "modes.json";

    private readonly SortedDictionary<string, CalibratedMode> _modes;

    /// <exception cref="ArgumentException">A name that no calibration can have.</exception>
    public CalibratedModes(IEnumerable<KeyValuePair<string, CalibratedMode>> modes)
    {
        _modes = new SortedDictionary<string, CalibratedMode>(StringComparer.Ordinal);
        foreach (var (name, mode) in modes)
        {
            if (!Modes.Calibrated.Contains(name)) throw new ArgumentException($"mode '{name}' cannot be calibrated; {string.Join(", ", Modes.Calibrated)} can");
            _modes.Add(name, mode);
        }
    }

    public static CalibratedModes None { get; } = new([]);

    public IReadOnlyDictionary<string, CalibratedMode> All => _modes;

    /// <summary>Null where the mode was not calibrated.</summary>
    public CalibratedMode? Find(string mode) => _modes.GetValueOrDefault(mode);

    public static bool IsIn(string folder) => Path.Exists(Path.Combine(folder, FileName));

    /// <summary>The modes of a folder, for the model in it; none where there is no file.</summary>
    /// <exception cref="CheckpointException">A file that is malformed, or that was made for other weights, exits or policies.</exception>
    public static CalibratedModes Read(string folder, string fingerprint, ModelConfig config)
    {
        var modes = ReadAny(folder);
        var file = Path.Combine(folder, FileName);
        foreach (var (name, mode) in modes.All)
        {
            if (mode.Base != fingerprint) throw Wrong(file, name, $"was calibrated on other weights ({Short(mode.Base)}…) than this model's ({Short(fingerprint)}…)");
            if (!mode.ExitLayers.SequenceEqual(config.ExitLayers)) throw Wrong(file, name, $"was calibrated with exits after layers {List(mode.ExitLayers)}; this model has {List(config.ExitLayers)}");
            try
            {
                ExitPolicies.Parse(mode.Policy, config);
            }
            catch (ArgumentException exception)
            {
                throw Wrong(file, name, $"cannot be used: {exception.Message}");
            }
        }
        return modes;
    }

    /// <summary>The modes of a folder, whatever model they were made for.</summary>
    /// <exception cref="CheckpointException">A malformed file.</exception>
    public static CalibratedModes ReadAny(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!IsIn(folder)) return None;
        try
        {
            var modes = JsonSerializer.Deserialize(File.ReadAllBytes(file), ModesJsonContext.Default.DictionaryStringCalibratedMode)
                ?? throw new JsonException("null in place of an object");
            foreach (var (name, mode) in modes) Check(file, name, mode);
            return new CalibratedModes(modes);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new CheckpointException($"{file}: {exception.Message}{(exception.Message.EndsWith('.') ? "" : ".")} Remove it, and run codeexit calibrate again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Write(string folder) => WholeFile.Write(Path.Combine(folder, FileName), stream =>
    {
        JsonSerializer.Serialize(stream, new Dictionary<string, CalibratedMode>(_modes), ModesJsonContext.Default.DictionaryStringCalibratedMode);
        stream.Write("\n"u8);
    });

    private static void Check(string file, string name, CalibratedMode? mode)
    {
        var wrong = mode switch
        {
            null => "it is null",
            { Tolerance: not (> 0 and < 1) } => "tolerance must be between 0 and 1",
            { Confidence: not (> 0 and < 1) } => "confidence must be between 0 and 1",
            { Samples: < 1 } => "samples must be 1 or more",
            { Measured: not (>= 0 and <= 1) } => "measured must be from 0 to 1",
            { LayerShare: not (>= 0 and <= 1) } => "layerShare must be from 0 to 1",
            _ => null,
        };
        if (wrong is not null) throw new CheckpointException($"{file}: mode '{name}' is malformed: {wrong}. Remove the file, and run codeexit calibrate again.");
    }

    private static CheckpointException Wrong(string file, string mode, string problem) =>
        new($"{file}: mode '{mode}' {problem}. Run codeexit calibrate again, or remove the file.");

    private static string Short(string fingerprint) => fingerprint[..Math.Min(12, fingerprint.Length)];

    private static string List(IEnumerable<int> layers) => string.Join(", ", layers);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Dictionary<string, CalibratedMode>))]
internal sealed partial class ModesJsonContext : JsonSerializerContext;
