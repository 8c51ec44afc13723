using System.Text;

namespace CodeExit.Inference.Tokenization;

/// <summary>The bytes of every token and, while loading, the ids of their spellings. Filled once by the loader, then only read.</summary>
internal sealed class Vocabulary
{
    // Ids index arrays, so a hostile id must not make them huge; the largest published vocabularies have a few 100,000 ids.
    private const int MaxSize = 1 << 22;

    private readonly Dictionary<string, int> _ids; // of the model's own tokens by spelling
    private readonly Dictionary<string, int> _writtenIds = new(StringComparer.Ordinal); // of added tokens that the model lacks
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsBySpan;
    private byte[] _bytes = new byte[1 << 15];
    private (int Start, int Length)[] _tokens = new (int, int)[1 << 12]; // by id, into _bytes
    private int _byteCount;

    public Vocabulary()
    {
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        _idsBySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>One more than the largest id.</summary>
    public int Size { get; private set; }

    public ReadOnlySpan<byte> Bytes(int id)
    {
        if ((uint)id >= (uint)Size)
            return [];
        var (start, length) = _tokens[id];
        return _bytes.AsSpan(start, length);
    }

    /// <summary>The id of one of the model's own tokens.</summary>
    public int? Find(ReadOnlySpan<char> spelling) => _idsBySpan.TryGetValue(spelling, out var id) ? id : null;

    /// <summary>The id of an added token by its written form, or of one of the model's own by its spelling.</summary>
    public int? FindWritten(string written) => _writtenIds.TryGetValue(written, out var id) ? id : Find(written);

    /// <summary>
    /// Adds one of the model's own tokens by its spelling in the byte alphabet; a spelling outside the alphabet stands for its own UTF-8.
    /// </summary>
    /// <returns>What is wrong with the token, or null.</returns>
    public string? TryAdd(string spelling, int id)
    {
        if (Problem(spelling, id) is { } problem)
            return problem;
        if (!_ids.TryAdd(spelling, id))
            return $"the token '{spelling}' occurs twice";
        var bytes = spelling.Length <= 256 ? stackalloc byte[spelling.Length] : new byte[spelling.Length];
        Store(ByteAlphabet.TryRead(spelling, bytes) ? bytes : Encoding.UTF8.GetBytes(spelling), id);
        return null;
    }

    /// <summary>Adds a token whose written form stands for itself, or gives the model's token of that spelling its written form.</summary>
    /// <returns>What is wrong with the token, or null.</returns>
    public string? TryAddWritten(string written, int id)
    {
        var known = Find(written);
        if (known is not null && known != id)
            return $"the token '{written}' has the id {id} here but {known} in the vocabulary";
        if (known is null && Problem(written, id) is { } problem)
            return problem;
        if (known is null && !_writtenIds.TryAdd(written, id))
            return $"the token '{written}' occurs twice";
        Store(Encoding.UTF8.GetBytes(written), id);
        return null;
    }

    private string? Problem(string token, int id)
    {
        if (id is < 0 or >= MaxSize)
            return $"the token '{token}' has the id {id}; ids must lie between 0 and {MaxSize - 1}";
        return id < Size && _tokens[id].Length > 0 ? $"the token '{token}' has the id {id}, which another token has already" : null;
    }

    private void Store(ReadOnlySpan<byte> bytes, int id)
    {
        while (_byteCount + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        if (id >= _tokens.Length)
            Array.Resize(ref _tokens, Math.Max(2 * _tokens.Length, id + 1));
        bytes.CopyTo(_bytes.AsSpan(_byteCount));
        _tokens[id] = (_byteCount, bytes.Length);
        _byteCount += bytes.Length;
        Size = Math.Max(Size, id + 1);
    }
}
