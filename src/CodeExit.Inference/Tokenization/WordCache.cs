namespace CodeExit.Inference.Tokenization;

/// <summary>
/// Remembers the ids of recent words: code repeats few words, so nearly every one is found here. Each word has one possible slot and takes
/// it from whoever holds it; entries never change, so threads share the cache without a lock.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare and would make the cache large, in UTF-16 units.</summary>
    public const int MaxWordLength = 48;

    private const int Slots = 1 << 14;

    private readonly Entry?[] _entries = new Entry?[Slots];

    private sealed record Entry(string Word, int[] Ids);

    public bool TryGet(ReadOnlySpan<char> word, out int[] ids)
    {
        var entry = _entries[Slot(word)];
        var found = entry is not null && word.SequenceEqual(entry.Word);
        ids = found ? entry!.Ids : [];
        return found;
    }

    public void Set(ReadOnlySpan<char> word, int[] ids) => _entries[Slot(word)] = new Entry(word.ToString(), ids);

    private static int Slot(ReadOnlySpan<char> word) => string.GetHashCode(word) & (Slots - 1);
}
