using System.Text.Json.Nodes;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

/// <summary>A model folder with a small tokenizer.json made for one test: 256 bytes, "ab" and "abab", one special token.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("codeexit-tokenizer-");

    public TokenizerFolder(Action<JsonObject>? change = null)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
            vocabulary[ByteAlphabet.Letter((byte)value).ToString()] = value;
        vocabulary["ab"] = 256;
        vocabulary["abab"] = 257;
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(AddedToken(258, "<|endoftext|>")),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false },
            ["post_processor"] = null,
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray("a b", "ab ab") },
        };
        change?.Invoke(json);
        Write("tokenizer.json", json.ToJsonString());
    }

    public string Path => _directory.FullName;

    public static JsonObject AddedToken(int id, string content) => new() { ["id"] = id, ["content"] = content, ["special"] = true };

    public void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

    public BytePairTokenizer Load() => BytePairTokenizer.Load(Path);

    public void Dispose() => _directory.Delete(recursive: true);
}
