namespace CodeExit.Completion.Stopping;

/// <summary>Follows, for every length of a piece, how far back a growing text repeats itself.</summary>
internal sealed class LoopFinder
{
    private const int LongestPiece = 256;

    // For each length of a piece: how many characters, up to the last one, are the same as that length before them.
    private readonly int[] _same = new int[LongestPiece + 1];

    /// <summary>To be called after each character.</summary>
    /// <param name="isLoop">Given a piece and the characters that its rounds make up together.</param>
    /// <returns>Characters behind the first round; 0 where the text does not go round.</returns>
    public int Look(ReadOnlySpan<char> said, Func<ReadOnlySpan<char>, int, bool> isLoop)
    {
        var longest = Math.Min(LongestPiece, said.Length - 1);
        for (var length = 1; length <= longest; length++)
        {
            _same[length] = said[^1] == said[^(length + 1)] ? _same[length] + 1 : 0;
            if (_same[length] >= length && isLoop(said[^length..], _same[length] + length)) return _same[length];
        }
        return 0;
    }
}
