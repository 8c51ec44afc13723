using System.Text.Json;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>The <c>model</c> of a tokenizer.json: vocabulary and merges, up to some hundred thousand entries each.</summary>
internal sealed class BytePairModelFile
{
    private readonly string _path;
    private readonly MergeTable _merges = new();
    private bool _ignoresMerges;
    private bool _fusesUnknown;
    private string? _unknown;

    private BytePairModelFile(string path) => _path = path;

    public Vocabulary Vocabulary { get; } = new();

    /// <summary>Reads the value that <paramref name="reader"/> stands at, and leaves it at the value's end.</summary>
    public static BytePairModelFile Read(string path, ref Utf8JsonReader reader)
    {
        var model = new BytePairModelFile(path);
        model.Read(ref reader);
        return model;
    }

    public BytePairModel Create(HashSet<int> unreachable)
    {
        var byteTokens = new int[256];
        for (var value = 0; value < byteTokens.Length; value++)
            byteTokens[value] = Vocabulary.Find([ByteAlphabet.Letter((byte)value)]) ?? UnknownToken();
        return new BytePairModel(_merges, _ignoresMerges ? Vocabulary : null, unreachable, byteTokens);
    }

    private int UnknownToken()
    {
        if (_unknown is null)
            return -1; // Hugging Face's tokenizers drops the byte
        if (_fusesUnknown)
            throw Error("fuse_unk", "is true while the vocabulary lacks some byte; that is not supported");
        return Vocabulary.Find(_unknown) ?? throw Error("unk_token", $"the token '{_unknown}' is not in the vocabulary");
    }

    private CheckpointException Error(string part, string problem) => new($"{_path}: model.{part}: {problem}");

    private void Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new CheckpointException($"{_path}: model: must be an object");
        Utf8JsonReader vocabulary = default, merges = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            // Merges mean nothing without the vocabulary, in whichever order the file has them.
            if (name == "vocab")
                vocabulary = reader;
            else if (name == "merges")
                merges = reader;
            if (name is "vocab" or "merges")
                reader.Skip();
            else
                ReadOption(name, new JsonPart(_path, $"model.{name}", JsonElement.ParseValue(ref reader)));
        }
        if (vocabulary.TokenType != JsonTokenType.StartObject)
            throw Error("vocab", "is missing or not an object");
        ReadVocabulary(ref vocabulary);
        if (merges.TokenType != JsonTokenType.StartArray)
            throw Error("merges", "is missing or not an array; only byte-level BPE is supported");
        ReadMerges(ref merges);
    }

    private void ReadOption(string name, JsonPart value)
    {
        switch (name)
        {
            case "type" when value.Text() != "BPE":
                throw value.Error($"is {value.Text()}; only byte-level BPE is supported");
            case "byte_fallback" when value is { IsNull: false } && value.Flag():
                throw value.Error("is true, so this is a SentencePiece vocabulary; only byte-level BPE is supported");
            case "continuing_subword_prefix" or "end_of_word_suffix" when value is { IsNull: false } && value.Text().Length > 0:
                throw value.Error($"is '{value.Text()}'; only byte-level BPE is supported, which has none");
            case "dropout" when value is { IsNull: false } && !value.IsZero:
                throw value.Error("makes encoding random; it must be null");
            case "unk_token" when !value.IsNull:
                _unknown = value.Text();
                break;
            case "fuse_unk" when !value.IsNull:
                _fusesUnknown = value.Flag();
                break;
            case "ignore_merges" when !value.IsNull:
                _ignoresMerges = value.Flag();
                break;
        }
    }

    private void ReadVocabulary(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var spelling = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id))
                throw Error("vocab", $"the id of '{spelling}' must be a whole number");
            if (Vocabulary.TryAdd(spelling, id) is { } problem)
                throw Error("vocab", problem);
        }
        if (Vocabulary.Size == 0)
            throw Error("vocab", "is empty");
    }

    private void ReadMerges(ref Utf8JsonReader reader)
    {
        var scratch = new char[256];
        for (var rank = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rank++)
        {
            var pair = reader.TokenType == JsonTokenType.String
                ? MergeText.FromString(ref reader, ref scratch, out var split)
                : MergeText.FromArray(ref reader, ref scratch, out split);
            if (split <= 0 || split >= pair.Length)
                throw Error("merges", $"number {rank} must be two tokens, as \"a b\" or [\"a\", \"b\"]");
            var (left, right) = (Find(pair[..split], rank), Find(pair[split..], rank));
            _merges.Set(left, right, new Merge(rank, Find(pair, rank)));
        }
    }

    private int Find(ReadOnlySpan<char> spelling, int rank) => Vocabulary.Find(spelling)
        ?? throw Error("merges", $"number {rank} names or makes the token '{spelling}', which the vocabulary lacks");
}
