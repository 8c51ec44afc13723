using System.Text.Json;
using System.Text.RegularExpressions;

namespace CodeExit.Cli.Hub;

/// <summary>One file of a model, as its host lists it.</summary>
/// <param name="Path">Inside the repository, slashes between folders.</param>
/// <param name="Size">Bytes.</param>
internal sealed record HubFile(string Path, long Size, ContentHash Hash);

/// <summary>A model's files at one commit. What is not listed with size and hash is not in it: it could not be checked.</summary>
/// <param name="Commit">40 hexadecimal digits: what a branch or tag stood for when it was asked for.</param>
internal sealed partial record HubListing(string Commit, IReadOnlyDictionary<string, HubFile> Files)
{
    /// <summary>Reads the answer of <c>/api/models/{repo}/revision/{revision}?blobs=true</c>.</summary>
    /// <exception cref="FormatException">The answer is of another form.</exception>
    public static HubListing Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            if (!CommitPattern().IsMatch(commit)) throw new FormatException("its commit is not 40 hexadecimal digits");
            var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
            foreach (var entry in document.RootElement.GetProperty("siblings").EnumerateArray())
            {
                if (Read(entry) is { } file) files[file.Path] = file;
            }
            return new HubListing(commit, files);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>Large files lie in LFS, named by the SHA-256 of their content; the others are git's own blobs.</summary>
    private static HubFile? Read(JsonElement entry)
    {
        var path = entry.GetProperty("rfilename").GetString();
        if (path is null || !entry.TryGetProperty("size", out var size) || !size.TryGetInt64(out var bytes) || bytes < 0) return null;
        if (entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object)
        {
            return lfs.TryGetProperty("sha256", out var digits) && ContentHash.Sha256(digits.GetString()) is { } sha256 ? new HubFile(path, bytes, sha256) : null;
        }
        return entry.TryGetProperty("blobId", out var blob) && ContentHash.GitBlob(blob.GetString()) is { } git ? new HubFile(path, bytes, git) : null;
    }

    [GeneratedRegex("^[0-9a-f]{40}\\z")]
    private static partial Regex CommitPattern();
}
