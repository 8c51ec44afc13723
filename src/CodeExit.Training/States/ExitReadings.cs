using CodeExit.Inference.EarlyExit;

namespace CodeExit.Training.States;

/// <summary>What each exit would have said of each token, and what that is worth by full depth's own probabilities.</summary>
/// <param name="Exits">As in <see cref="TokenStates"/>.</param>
/// <param name="Said">For each exit, the likeliest token.</param>
/// <param name="Regret">
/// For each exit, p(full's token) − p(exit's token) under full depth's distribution, 0 to 1: how many more wrong tokens leaving here is
/// expected to cost, as far as full depth knows.
/// </param>
/// <param name="Certainties">For each exit [tokens, <see cref="Certainty.Values"/>]: how sure it is.</param>
public sealed record ExitReadings(int[] Exits, int[][] Said, float[][] Regret, float[][] Certainties)
{
    public ReadOnlySpan<float> CertaintyOf(int exit, int token) => Certainties[exit].AsSpan(token * Certainty.Values, Certainty.Values);

    /// <summary>Whether an exit says what full depth says.</summary>
    public bool Agrees(int exit, int token) => Said[exit][token] == Said[^1][token];

    /// <summary>The first exit (index) that says what full depth says.</summary>
    public int First(int token)
    {
        var exit = 0;
        while (!Agrees(exit, token)) exit++;
        return exit;
    }
}
