namespace CodeExit.Training.Policies;

/// <summary>Generalised advantage estimation (Schulman et al., 1506.02438).</summary>
internal static class Advantages
{
    /// <param name="ended">Whether nothing of the same episode follows a decision.</param>
    /// <param name="values">Of each decision's state, and of the one behind the last.</param>
    /// <param name="trace">λ.</param>
    public static void Estimate(
        ReadOnlySpan<float> rewards, ReadOnlySpan<bool> ended, ReadOnlySpan<float> values, float discount, float trace, Span<float> advantages)
    {
        var advantage = 0f;
        for (var step = rewards.Length - 1; step >= 0; step--)
        {
            var goesOn = ended[step] ? 0 : 1;
            var surprise = rewards[step] + goesOn * discount * values[step + 1] - values[step];
            advantages[step] = advantage = surprise + goesOn * discount * trace * advantage;
        }
    }
}
