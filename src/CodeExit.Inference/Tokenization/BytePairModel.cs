using System.Runtime.InteropServices;
using System.Text;

namespace CodeExit.Inference.Tokenization;

/// <summary>Turns one word into tokens: its bytes, merged by rank.</summary>
internal sealed class BytePairModel
{
    private readonly BytePairMerger _merger;
    private readonly Vocabulary? _wholeWords;
    private readonly HashSet<int> _unreachable;
    private readonly int[] _byteTokens; // by byte; -1 where the vocabulary has neither the byte nor an unknown token
    private readonly bool _lacksBytes;
    private readonly WordCache _cache = new();

    /// <param name="wholeWords">Where words are looked up before merging (<c>ignore_merges</c>); null to always merge.</param>
    /// <param name="unreachable">Control tokens: no text may become one of these by merging.</param>
    /// <param name="byteTokens">The token of each byte value, or -1 to drop the byte.</param>
    public BytePairModel(MergeTable merges, Vocabulary? wholeWords, HashSet<int> unreachable, int[] byteTokens)
    {
        merges.Forget(unreachable);
        _merger = new BytePairMerger(merges);
        _wholeWords = wholeWords;
        _unreachable = unreachable;
        _byteTokens = byteTokens;
        _lacksBytes = Array.IndexOf(byteTokens, -1) >= 0;
    }

    /// <param name="word">Well-formed UTF-16.</param>
    public void Encode(ReadOnlySpan<char> word, List<int> destination)
    {
        if (word.Length > WordCache.MaxWordLength)
        {
            EncodeLong(word, destination);
            return;
        }
        if (!_cache.TryGet(word, out var ids))
        {
            Span<int> tokens = stackalloc int[3 * WordCache.MaxWordLength]; // a UTF-16 unit is at most three bytes
            ids = tokens[..Tokenize(word, tokens)].ToArray();
            _cache.Set(word, ids);
        }
        if (ids is [var single])
            destination.Add(single);
        else
            destination.AddRange(ids.AsSpan());
    }

    private void EncodeLong(ReadOnlySpan<char> word, List<int> destination)
    {
        var tokens = new int[Encoding.UTF8.GetByteCount(word)];
        destination.AddRange(tokens.AsSpan(0, Tokenize(word, tokens)));
    }

    // The bytes are written over the front of `tokens` and widened from the back, so a word needs one buffer.
    private int Tokenize(ReadOnlySpan<char> word, Span<int> tokens)
    {
        var room = MemoryMarshal.AsBytes(tokens);
        var bytes = room[..Encoding.UTF8.GetBytes(word, room)];
        if (_wholeWords is not null && FindWhole(bytes) is { } whole)
        {
            tokens[0] = whole;
            return 1;
        }
        for (var i = bytes.Length - 1; i >= 0; i--)
            tokens[i] = _byteTokens[bytes[i]];
        return _merger.Apply(_lacksBytes ? DropAbsent(tokens[..bytes.Length]) : tokens[..bytes.Length]);
    }

    private int? FindWhole(ReadOnlySpan<byte> bytes)
    {
        Span<char> spelling = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            spelling[i] = ByteAlphabet.Letter(bytes[i]);
        return _wholeWords!.Find(spelling) is { } id && !_unreachable.Contains(id) ? id : null;
    }

    private static Span<int> DropAbsent(Span<int> tokens)
    {
        var kept = 0;
        foreach (var token in tokens)
        {
            if (token >= 0)
                tokens[kept++] = token;
        }
        return tokens[..kept];
    }
}
