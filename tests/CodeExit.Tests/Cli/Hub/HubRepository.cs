using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Hub;

/// <summary>A model as a hub serves it: a listing with hashes, and files that can be had from any byte on.</summary>
internal sealed class HubRepository
{
    public const string Name = "tiny/llama", Commit = "0123456789abcdef0123456789abcdef01234567";

    public Dictionary<string, byte[]> Files { get; } = [];

    public string Sha { get; set; } = Commit;

    /// <summary>What the listing says instead of a file's own hash.</summary>
    public Dictionary<string, string> ListedHashes { get; } = [];

    /// <summary>A model that can be opened: 100 KB.</summary>
    public static HubRepository Small(string fixture = "llama-tied")
    {
        var repository = new HubRepository();
        foreach (var path in Directory.EnumerateFiles(Fixtures.Folder(fixture))) repository.Files[Path.GetFileName(path)] = File.ReadAllBytes(path);
        foreach (var name in (string[])["tokenizer.json", "tokenizer_config.json"]) repository.Files[name] = File.ReadAllBytes(RepositoryFiles.Path("models", "default", name));
        repository.Files["README.md"] = "# nobody needs this"u8.ToArray();
        repository.Files["pytorch_model.bin"] = new byte[100];
        return repository;
    }

    public static string ETag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";

    public HubReply Answer(HubRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Name}/revision/", StringComparison.Ordinal)) return new HubReply(200, Listing());
        var prefix = $"/{Name}/resolve/{Sha}/";
        if (!request.Path.StartsWith(prefix, StringComparison.Ordinal)) return new HubReply(404);
        return Files.TryGetValue(Uri.UnescapeDataString(request.Path[prefix.Length..]), out var content) ? Content(request, content) : new HubReply(404);
    }

    public static HubReply Content(HubRequest request, byte[] content)
    {
        var headers = new Dictionary<string, string> { ["ETag"] = ETag(content) };
        var isSame = request.Header("If-Range") is not { } condition || condition == ETag(content);
        if (request.Header("Range") is not { } range || !isSame) return new HubReply(200, content) { Headers = headers };
        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        return new HubReply(206, content[from..]) { Headers = headers };
    }

    /// <summary>Safetensors lie in LFS, the rest are git's blobs.</summary>
    private string Listing() => JsonSerializer.Serialize(new
    {
        id = Name,
        sha = Sha,
        siblings = Files.Select(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)
            ? (object)new { rfilename = file.Key, size = file.Value.Length, blobId = new string('0', 40), lfs = new { sha256 = Hash(file.Key, SHA256.HashData(file.Value)), size = file.Value.Length } }
            : new { rfilename = file.Key, size = file.Value.Length, blobId = Hash(file.Key, CryptographicOperations.HashData(HashAlgorithmName.SHA1, [.. Encoding.ASCII.GetBytes($"blob {file.Value.Length}\0"), .. file.Value])) }),
    });

    private string Hash(string path, byte[] own) => ListedHashes.GetValueOrDefault(path) ?? Convert.ToHexStringLower(own);
}
