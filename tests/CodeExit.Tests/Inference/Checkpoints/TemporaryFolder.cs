namespace CodeExit.Tests.Inference.Checkpoints;

/// <summary>A folder for one test, gone afterwards; empty, or a copy of a fixture to damage.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("codeexit-checkpoint-").FullName;

    public static TemporaryFolder CopyOf(string fixture)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Fixtures.Folder(fixture)))
        {
            File.Copy(file, System.IO.Path.Combine(folder.Path, System.IO.Path.GetFileName(file)));
        }
        return folder;
    }

    public string Write(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
