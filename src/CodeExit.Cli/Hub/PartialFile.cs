using System.Net.Http.Headers;
using System.Text;

namespace CodeExit.Cli.Hub;

/// <summary>
/// A file on its way: <c>NAME.part</c>, beside it the ETag that its bytes came with. It takes its name once it was checked, so a file
/// without <c>.part</c> is whole.
/// </summary>
/// <param name="path">The file's path in the end.</param>
internal sealed class PartialFile(string path)
{
    private string Part => path + ".part";

    private string Tag => path + ".part.etag";

    public string ContentPath => Part;

    public bool IsWhole => File.Exists(path);

    /// <summary>Bytes that are there.</summary>
    public long Length => IsWhole ? new FileInfo(path).Length : File.Exists(Part) ? new FileInfo(Part).Length : 0;

    /// <summary>Null where none is known or the one that is promises no byte-for-byte sameness (RFC 9110, 8.8.1).</summary>
    public EntityTagHeaderValue? ETag =>
        File.Exists(Tag) && EntityTagHeaderValue.TryParse(File.ReadAllText(Tag), out var tag) && !tag.IsWeak ? tag : null;

    /// <summary>Opens the file at its end.</summary>
    public FileStream Append() => new(Part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);

    /// <summary>Forgets what is there.</summary>
    /// <param name="tag">Of what comes instead.</param>
    public void StartAnew(EntityTagHeaderValue? tag)
    {
        File.Delete(Part);
        File.Delete(Tag);
        if (tag is not null) File.WriteAllText(Tag, tag.ToString(), Encoding.ASCII);
    }

    /// <summary>It was checked: it takes its name. Flushed first, so that a power cut leaves no holes behind a whole file's name.</summary>
    public void Finish()
    {
        using (var content = new FileStream(Part, FileMode.Open, FileAccess.Write)) content.Flush(flushToDisk: true);
        File.Move(Part, path, overwrite: true);
        File.Delete(Tag);
    }
}
