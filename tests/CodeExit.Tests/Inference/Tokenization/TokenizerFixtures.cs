using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

/// <summary>The fixtures that tests/fixtures/tokenization/make_fixtures.py wrote with Hugging Face's tokenizers.</summary>
internal static class TokenizerFixtures
{
    /// <summary>The model folder of a fixture tokenizer, or a fixture file.</summary>
    private static string Folder(string name) => name == "embedded"
        ? RepositoryFiles.Path("models", "default")
        : RepositoryFiles.Path("tests", "fixtures", "tokenization", name);

    public static BytePairTokenizer Load(string name) => BytePairTokenizer.Load(Folder(name));

    public static List<JsonElement> Lines(string file)
    {
        using var packed = new GZipStream(File.OpenRead(Folder(file)), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.UTF8);
        var lines = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
            lines.Add(JsonElement.Parse(line));
        return lines;
    }

    /// <summary>The text of a line of encodings.jsonl.gz; ill-formed UTF-16 cannot be written as JSON and stands there in base64.</summary>
    public static string Text(JsonElement line) => line.TryGetProperty("text", out var text)
        ? text.GetString()!
        : new string(MemoryMarshal.Cast<byte, char>(line.GetProperty("utf16").GetBytesFromBase64()));

    public static List<int> Encode(ITokenizer tokenizer, ReadOnlySpan<char> text, SpecialTokens special)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, special, ids);
        return ids;
    }

    public static string Decode(ITokenizer tokenizer, IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
            bytes.AddRange(tokenizer.Bytes(id));
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
