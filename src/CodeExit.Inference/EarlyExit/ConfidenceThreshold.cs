namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// CALM's threshold λ, constant or falling along the generation: λ_t = 0.9 λ + 0.1 λ e^(−τ t / N), with τ the decay, t the token's index
/// and N the most tokens there may be. Errors of early tokens weigh more, as all later ones build on them.
/// </summary>
/// <param name="decay">τ; null for a constant threshold.</param>
internal readonly struct ConfidenceThreshold(float threshold, float? decay)
{
    public float At(int token, int maxTokens) =>
        decay is { } rate ? threshold * (0.9f + 0.1f * MathF.Exp(-rate * token / maxTokens)) : threshold;
}
