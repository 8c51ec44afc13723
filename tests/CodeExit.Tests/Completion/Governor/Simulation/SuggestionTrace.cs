using CodeExit.Completion.Governor;

namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>
/// Suggestions of random lengths, decoded token by token at the governor's price. Tokens leave at exits two layers apart, lengths are
/// geometric (many short, few long), prefill is mostly cheap and sometimes a whole prompt.
/// </summary>
internal sealed class SuggestionTrace(LayerCurve curve, double joulesPerLayer, double meanTokens, int seed)
{
    private const int MostTokens = 64;

    private readonly Random _random = new(seed);

    public double MeanPrefillJoules { get; } = joulesPerLayer * 40;

    /// <summary>Mean cost of a suggestion where each token has one price.</summary>
    public double MeanJoulesAt(float price, int suggestions) => Run(_ => price, _ => { }, suggestions);

    /// <returns>Mean joules of all suggestions, the first ones too.</returns>
    public double Run(PriceGovernor governor, int suggestions)
    {
        var now = TimeSpan.Zero;
        return Run(layers => governor.PriceOfToken(now += TimeSpan.FromMilliseconds(10), layers), governor.Observe, suggestions);
    }

    private double Run(Func<double, float> price, Action<SuggestionCost> observe, int suggestions)
    {
        var sum = 0.0;
        for (var n = 0; n < suggestions; n++)
        {
            var (layers, logPrices) = (0.0, 0.0);
            var tokens = Math.Min(MostTokens, 1 + (int)(Math.Log(1 - _random.NextDouble()) / Math.Log(1 - 1 / meanTokens)));
            for (var token = 0; token < tokens; token++)
            {
                var paid = price(layers);
                layers += Exit(curve.At(paid));
                logPrices += Math.Log(paid);
            }
            var prefill = _random.NextDouble() < 0.9 ? 0.5 * MeanPrefillJoules : 5.5 * MeanPrefillJoules;
            var joules = (prefill + joulesPerLayer * layers) * (1 + 0.06 * _random.NextGaussian());
            sum += joules;
            observe(new SuggestionCost(joules, layers, tokens, (float)Math.Exp(logPrices / tokens)));
        }
        return sum / suggestions;
    }

    /// <summary>An exit of 4, 6, … 12 whose mean is what the curve says.</summary>
    private int Exit(double mean)
    {
        var below = Math.Clamp((int)(mean / 2) * 2, 4, LayerCurve.Layers - 2);
        var exit = _random.NextDouble() < (mean - below) / 2 ? below + 2 : below;
        return Math.Min(LayerCurve.Layers, exit);
    }
}

internal sealed record KnownEnergy(double JoulesPerLayerToken, double JoulesPerSuggestion) : ILayerEnergy
{
    public static KnownEnergy None { get; } = new(0, 0);
}
