namespace CodeExit.Training.States;

/// <summary>Tokens of texts, and the hidden states that they were to be read out from at each exit.</summary>
/// <param name="Exits">Layers (1-based), ascending; the last is full depth.</param>
/// <param name="Texts">For each token, the text that it is from; tokens of a text stand together, in order.</param>
/// <param name="InTruth">For each token, whether it belongs to what was completed, and not to the prompt.</param>
/// <param name="Next">For each state, the token that came next in the text.</param>
/// <param name="States">For each exit [tokens, hidden], as the layers left them.</param>
public sealed record TokenStates(int[] Exits, int[] Texts, bool[] InTruth, int[] Next, float[][] States)
{
    public int Count => Next.Length;

    public int Hidden => States[0].Length / Count;

    /// <summary>Consecutive tokens.</summary>
    public TokenStates Slice(int first, int count) => new(
        Exits, Texts[first..(first + count)], InTruth[first..(first + count)], Next[first..(first + count)],
        [.. States.Select(each => each[(first * Hidden)..((first + count) * Hidden)])]);

    public ReadOnlySpan<float> State(int exit, int token) => States[exit].AsSpan(token * Hidden, Hidden);
}
