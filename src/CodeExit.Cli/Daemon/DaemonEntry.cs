using System.Text.Json;

namespace CodeExit.Cli.Daemon;

/// <summary>What a daemon writes down for those who look for it. It may be out of date: only who answers is there.</summary>
internal sealed record DaemonEntry(int Pid, string Address, BuildId Build)
{
    /// <returns>Null where there is none, or none that can be read.</returns>
    public static DaemonEntry? Read(RuntimeDirectory directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(directory.EntryFile), DaemonJson.Default.DaemonEntry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file whole: nobody reads half of it.</summary>
    public void Write(RuntimeDirectory directory)
    {
        var draft = directory.EntryFile + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, DaemonJson.Default.DaemonEntry));
        File.Move(draft, directory.EntryFile, overwrite: true);
    }

    public static void Remove(RuntimeDirectory directory) => File.Delete(directory.EntryFile);
}
