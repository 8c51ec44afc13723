using System.Text;
using System.Text.Json;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Tokenization.PreTokenizers;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>The parts of a <c>tokenizer.json</c>, checked.</summary>
internal sealed class TokenizerFile
{
    private readonly BytePairModelFile _model;

    private TokenizerFile(string path, BytePairModelFile model, Dictionary<string, JsonPart> parts)
    {
        JsonPart? Part(string name) => parts.TryGetValue(name, out var part) ? part : null;
        Path = path;
        _model = model;
        AddedTokens = AddedTokenFile.Read(Part("added_tokens"), model.Vocabulary);
        Normalizations = PipelineFile.ReadNormalizer(Part("normalizer"));
        PreTokenizer = PipelineFile.ReadPreTokenizer(
            Part("pre_tokenizer") ?? throw new CheckpointException(
                $"{path}: pre_tokenizer: is missing; only byte-level BPE is supported, which needs the ByteLevel pre-tokenizer"));
        Prologue = PostProcessorFile.ReadPrologue(Part("post_processor"), model.Vocabulary);
    }

    public string Path { get; }
    public Vocabulary Vocabulary => _model.Vocabulary;
    public IReadOnlyList<AddedToken> AddedTokens { get; }
    public IReadOnlyList<NormalizationForm> Normalizations { get; }
    public IPreTokenizer PreTokenizer { get; }
    public IReadOnlyList<int> Prologue { get; }

    /// <exception cref="CheckpointException">The file is missing, malformed or not byte-level BPE.</exception>
    public static TokenizerFile Read(string path)
    {
        if (!File.Exists(path))
            throw new CheckpointException($"{path}: is missing; a model folder needs its tokenizer");
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        // The reader reports text that is not Unicode as an invalid operation.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"{path}: is not valid JSON: {exception.Message}", exception);
        }
    }

    public BytePairModel CreateModel(HashSet<int> unreachable) => _model.Create(unreachable);

    // The model is nearly all of the file, up to megabytes: it is read as a stream. The rest is small and easier to handle as a tree.
    private static TokenizerFile Parse(string path, byte[] json)
    {
        var utf8 = json.AsSpan();
        var reader = new Utf8JsonReader(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new CheckpointException($"{path}: is not a JSON object");
        BytePairModelFile? model = null;
        var parts = new Dictionary<string, JsonPart>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "model")
                model = BytePairModelFile.Read(path, ref reader);
            else if (name is not ("added_tokens" or "normalizer" or "pre_tokenizer" or "post_processor"))
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.Null)
                parts[name] = new JsonPart(path, name, JsonElement.ParseValue(ref reader));
        }
        reader.Read(); // anything behind the object is an error
        return new TokenizerFile(path, model ?? throw new CheckpointException($"{path}: model: is missing"), parts);
    }
}
