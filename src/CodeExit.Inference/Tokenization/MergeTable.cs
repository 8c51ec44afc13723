namespace CodeExit.Inference.Tokenization;

/// <summary>What a pair of neighbouring tokens becomes; the lowest rank merges first.</summary>
internal readonly record struct Merge(int Rank, int Id)
{
    public static readonly Merge None = new(int.MaxValue, -1);
}

/// <summary>
/// Merges by their pair of tokens: a hash table with open addressing, which finds a merge in one or two cache lines. Filled once by the
/// loader, then only read.
/// </summary>
internal sealed class MergeTable
{
    private const ulong Empty = 0; // which is no pair

    private ulong[] _pairs = [];
    private Merge[] _merges = [];
    private int _count;

    public Merge Find(int left, int right)
    {
        if (_count == 0)
            return Merge.None;
        var slot = Slot(Pair(left, right));
        return _pairs[slot] == Empty ? Merge.None : _merges[slot];
    }

    /// <summary>Sets what a pair becomes; a later merge of the same pair takes the place of the earlier.</summary>
    public void Set(int left, int right, Merge merge)
    {
        if (2 * _count >= _pairs.Length)
            Grow();
        var slot = Slot(Pair(left, right));
        if (_pairs[slot] == Empty)
            _count++;
        (_pairs[slot], _merges[slot]) = (Pair(left, right), merge);
    }

    /// <summary>Drops every merge that makes one of these tokens.</summary>
    public void Forget(HashSet<int> tokens)
    {
        for (var slot = 0; slot < _merges.Length; slot++)
        {
            if (_pairs[slot] != Empty && tokens.Contains(_merges[slot].Id))
                _merges[slot] = Merge.None;
        }
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) + 1;

    // Where the pair is, or would be.
    private int Slot(ulong pair)
    {
        var mask = _pairs.Length - 1;
        var slot = (int)(pair * 0x9E3779B97F4A7C15 >> 32) & mask; // Fibonacci hashing
        while (_pairs[slot] != pair && _pairs[slot] != Empty)
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (pairs, merges) = (_pairs, _merges);
        var capacity = Math.Max(1 << 14, 2 * pairs.Length);
        _pairs = new ulong[capacity];
        _merges = new Merge[capacity];
        for (var i = 0; i < pairs.Length; i++)
        {
            if (pairs[i] != Empty)
                (_pairs[Slot(pairs[i])], _merges[Slot(pairs[i])]) = (pairs[i], merges[i]);
        }
    }
}
