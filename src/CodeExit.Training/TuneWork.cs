using System.Runtime.InteropServices;
using System.Text;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.States;

namespace CodeExit.Training;

/// <summary>
/// A folder that keeps what an interrupted run has done, so that the next one goes on from there. A run with another key, that is with
/// another model, seed, option or text, begins anew.
/// </summary>
/// <param name="key">Names everything that the results depend on.</param>
internal sealed class TuneWork(string folder, string key, Checkpoint checkpoint)
{
    private const string KeyName = "tuning";

    private string StatesPath => Path.Combine(folder, "states.bin");

    /// <summary>Null where none were kept for this key.</summary>
    public TokenStates? LoadStates()
    {
        if (!File.Exists(StatesPath)) return null;
        using var reader = new BinaryReader(File.OpenRead(StatesPath), Encoding.UTF8);
        try
        {
            if (reader.ReadString() != key) return null;
            var exits = Read<int>(reader);
            return new TokenStates(exits, Read<int>(reader), Read<bool>(reader), Read<int>(reader), [.. exits.Select(_ => Read<float>(reader))]);
        }
        catch (EndOfStreamException)
        {
            return null; // cut short by something that could not be caught
        }
    }

    public void Save(TokenStates states)
    {
        Directory.CreateDirectory(folder);
        var unfinished = StatesPath + ".unfinished";
        using (var writer = new BinaryWriter(File.Create(unfinished), Encoding.UTF8))
        {
            writer.Write(key);
            Write(writer, states.Exits);
            Write(writer, states.Texts);
            Write(writer, states.InTruth);
            Write(writer, states.Next);
            foreach (var each in states.States) Write(writer, each);
        }
        File.Move(unfinished, StatesPath, overwrite: true);
    }

    /// <summary>What the stages that were finished have learned; nothing where none was, or for another key.</summary>
    public LearnedExits LoadLearned()
    {
        if (!Path.Exists(Path.Combine(folder, LearnedExitsFile.Name))) return LearnedExits.None;
        try
        {
            var (learned, remarks) = LearnedExitsFile.Read(folder, checkpoint);
            return remarks.GetValueOrDefault(KeyName) == key ? learned : LearnedExits.None;
        }
        catch (CheckpointException)
        {
            return LearnedExits.None; // another model's, or damaged
        }
    }

    public void Save(LearnedExits learned)
    {
        Directory.CreateDirectory(folder);
        LearnedExitsFile.Write(folder, learned, BaseFingerprint.Of(checkpoint), new Dictionary<string, string> { [KeyName] = key });
    }

    /// <summary>All is done: removes the folder.</summary>
    public void Finish()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static T[] Read<T>(BinaryReader reader) where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static void Write<T>(BinaryWriter writer, T[] values) where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Flush();
        writer.BaseStream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
