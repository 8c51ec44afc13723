using System.Collections.ObjectModel;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Tokenization.Loading;
using CodeExit.Inference.Tokenization.Patterns;
using CodeExit.Inference.Tokenization.PreTokenizers;

namespace CodeExit.Inference.Tokenization;

/// <summary>
/// Byte-level byte-pair encoding as Hugging Face's tokenizers does it: added tokens as written, normalization, added tokens as normalized,
/// pre-tokenization, merging.
/// </summary>
public sealed class BytePairTokenizer : ITokenizer
{
    private static readonly HashSet<int> NoTokens = [];

    private readonly string _file;
    private readonly Vocabulary _vocabulary;
    private readonly BytePairModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly IPreTokenizer _preTokenizer;
    private readonly AddedTokenSplitter _writtenTokens;
    private readonly AddedTokenSplitter _normalizedTokens;
    private readonly HashSet<int> _specialTokens = [];
    private readonly HashSet<int> _controlTokens = []; // what a user's text may not turn into

    private BytePairTokenizer(TokenizerFile file, TokenizerConfig config)
    {
        _file = file.Path;
        _vocabulary = file.Vocabulary;
        _normalizer = new TextNormalizer(file.Normalizations);
        _preTokenizer = file.PreTokenizer;
        _writtenTokens = new(file.AddedTokens.Where(token => !token.Normalized), form => form);
        _normalizedTokens = new(file.AddedTokens.Where(token => token.Normalized), form => _normalizer.Apply(form).ToString());

        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in file.AddedTokens)
        {
            added.Add(token.Content, token.Id);
            if (token.Special)
                _specialTokens.Add(token.Id);
        }
        int? FindAdded(string written) => added.TryGetValue(written, out var id) ? id : null;
        Fim = SpecialTokenNames.FindFim(FindAdded, config);
        var ends = new HashSet<int>();
        SpecialTokenNames.AddEnds(FindAdded, ends);
        if (config.EndOfText is { } written && _vocabulary.FindWritten(written) is { } end)
            ends.Add(end);
        EndOfText = new ReadOnlySet<int>(ends);
        Prologue = file.Prologue;
        // Qwen2.5-Coder does not flag its FIM tokens special; they must not be forged all the same.
        _controlTokens.UnionWith(_specialTokens);
        _controlTokens.UnionWith(ends);
        _model = file.CreateModel(_controlTokens);
    }

    public int VocabularySize => _vocabulary.Size;

    public FimTokens? Fim { get; }

    public IReadOnlyList<int> Prologue { get; }

    public IReadOnlySet<int> EndOfText { get; }

    /// <summary>Loads <c>tokenizer.json</c> and, where there is one, <c>tokenizer_config.json</c>.</summary>
    /// <exception cref="CheckpointException">A file is missing, malformed, or asks for something other than byte-level BPE.</exception>
    public static BytePairTokenizer Load(string directory) => new(
        TokenizerFile.Read(Path.Combine(directory, "tokenizer.json")),
        TokenizerConfig.Read(Path.Combine(directory, "tokenizer_config.json")));

    /// <exception cref="CheckpointException">A pattern of the tokenizer takes unreasonably long on this text.</exception>
    public void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination)
    {
        var words = new WordSink(_model, destination);
        var asText = special == SpecialTokens.AsText ? _controlTokens : NoTokens;
        text = TextNormalizer.WellFormed(text);
        var segments = new List<TextSegment>();
        _writtenTokens.Split(text, asText, segments);
        foreach (var segment in segments)
        {
            if (segment.Token is { } token)
                destination.Add(token);
            else
                EncodeNormalized(_normalizer.Apply(text[segment.Start..segment.End]), asText, words, destination);
        }
    }

    public ReadOnlySpan<byte> Bytes(int token) => _vocabulary.Bytes(token);

    public bool IsSpecial(int token) => _specialTokens.Contains(token);

    private void EncodeNormalized(ReadOnlySpan<char> text, HashSet<int> asText, WordSink words, List<int> destination)
    {
        var segments = new List<TextSegment>();
        _normalizedTokens.Split(text, asText, segments);
        foreach (var segment in segments)
        {
            if (segment.Token is { } token)
                destination.Add(token);
            else
                EncodeWords(text[segment.Start..segment.End], words);
        }
    }

    private void EncodeWords(ReadOnlySpan<char> text, WordSink words)
    {
        try
        {
            _preTokenizer.Split(text, words);
        }
        catch (PatternException exception)
        {
            throw new CheckpointException($"{_file}: pre_tokenizer: a pattern {exception.Message}, on a text of {text.Length} characters", exception);
        }
    }

    private sealed class WordSink(BytePairModel model, List<int> destination) : IPieceSink
    {
        public void Add(ReadOnlySpan<char> piece) => model.Encode(piece, destination);
    }
}
