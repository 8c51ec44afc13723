using System.Security.Cryptography;
using System.Text;
using CodeExit.Inference.Checkpoints;
using CodeExit.Training.States;

namespace CodeExit.Training;

/// <summary>Names all that a run's results depend on: the model, the options, the texts.</summary>
internal static class TuneKey
{
    public static string Of(Checkpoint checkpoint, TuneOptions options, IReadOnlyList<TuningText> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        Add(BaseFingerprint.Of(checkpoint));
        Add(string.Join(',', options.Exits));
        Add((options with { Exits = [], Threads = 0 }).ToString());
        Add(string.Join(',', options.Ppo.Hidden));
        foreach (var text in texts)
        {
            Add(string.Join(',', text.Prompt));
            Add(string.Join(',', text.Truth));
            Add(string.Join(',', text.Place));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
