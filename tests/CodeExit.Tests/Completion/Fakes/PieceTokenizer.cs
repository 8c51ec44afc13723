using System.Text;
using System.Text.RegularExpressions;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Completion.Fakes;

/// <summary>One token per piece of a Split pattern in use (Qwen's): what byte-level BPE does to common words, with ids given as they come.</summary>
internal sealed partial class PieceTokenizer : ITokenizer
{
    private const int FirstPiece = 10;

    private readonly Dictionary<string, int> _ids = [];
    private readonly List<string> _pieces = [];

    public int VocabularySize => FirstPiece + _pieces.Count;

    public FimTokens? Fim { get; init; } = new(1, 2, 3, null, null);

    public IReadOnlyList<int> Prologue { get; init; } = [];

    public IReadOnlySet<int> EndOfText { get; } = new HashSet<int> { 0, 1, 2, 3 };

    public int CharactersEncoded { get; private set; }

    public void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination)
    {
        Assert.Equal(SpecialTokens.AsText, special);
        CharactersEncoded += text.Length;
        foreach (var piece in Pieces().EnumerateMatches(text)) destination.Add(Id(text.Slice(piece.Index, piece.Length).ToString()));
    }

    public ReadOnlySpan<byte> Bytes(int token) => token < FirstPiece ? [] : Encoding.UTF8.GetBytes(_pieces[token - FirstPiece]);

    public bool IsSpecial(int token) => token < FirstPiece;

    private int Id(string piece)
    {
        if (_ids.TryGetValue(piece, out var id)) return id;
        _pieces.Add(piece);
        return _ids[piece] = FirstPiece + _pieces.Count - 1;
    }

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Pieces();
}
