using System.Text;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Completion.Fakes;

/// <summary>One token per UTF-8 byte, FIM tokens above them.</summary>
internal sealed class ByteTokenizer : ITokenizer
{
    public const int EndOfTextToken = 256, Prefix = 257, Suffix = 258, Middle = 259, Separator = 260, Other = 261;

    private static readonly byte[][] AllBytes = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
    private static readonly string[] Specials = ["<|end|>", "<|pre|>", "<|suf|>", "<|mid|>", "<|sep|>", "<|other|>"];

    public static FimTokens Spm { get; } = new(Prefix, Suffix, Middle, null, Separator, FimOrder.Spm);

    public int VocabularySize => 262;

    public FimTokens? Fim { get; init; } = new(Prefix, Suffix, Middle, null, Separator);

    public IReadOnlyList<int> Prologue { get; init; } = [];

    public IReadOnlySet<int> EndOfText { get; } = new HashSet<int> { EndOfTextToken, Prefix, Suffix, Middle, Separator };

    public void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination)
    {
        Assert.Equal(SpecialTokens.AsText, special);
        foreach (var value in Encoding.UTF8.GetBytes(text.ToArray())) destination.Add(value);
    }

    public ReadOnlySpan<byte> Bytes(int token) => token < 256 ? AllBytes[token] : Encoding.UTF8.GetBytes(Specials[token - 256]);

    public bool IsSpecial(int token) => token >= 256;

    public static int[] Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];
}
