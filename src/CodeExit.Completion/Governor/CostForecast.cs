namespace CodeExit.Completion.Governor;

/// <summary>What a suggestion of usual length will cost at a price, in joules, learned from what the last ones did cost.</summary>
internal sealed class CostForecast(PriceLadder ladder, ILayerEnergy energy)
{
    /// <summary>In suggestions.</summary>
    private const double Memory = 32;

    private readonly LayerProfile _profile = new(ladder);
    private readonly ForgettingMean _tokens = new(prior: 16, priorWeight: 1, Memory);
    private readonly ForgettingMean _joules = new(prior: 0, priorWeight: 0, Memory);

    // Measured over computed: the given costs of a layer and of a prefill are means over other suggestions than these.
    private readonly ForgettingMean _correction = new(prior: 1, priorWeight: 4, Memory);

    /// <summary>False while the cost of a layer is not known.</summary>
    public bool IsKnown => energy.JoulesPerLayerToken > 0;

    /// <summary>Of the last suggestions; NaN before the first.</summary>
    public double MeanJoules => _joules.Value;

    public void Observe(SuggestionCost cost, double logPrice)
    {
        _profile.Observe(logPrice, cost.Layers, cost.Tokens);
        _tokens.Add(cost.Tokens);
        _joules.Add(cost.Joules);
        if (!IsKnown) return;
        // Weighed by what was computed, so that the mean of ratios is the ratio of the sums.
        var usual = Computed(_tokens.Value * _profile.LayersPerToken(logPrice));
        var computed = Computed(cost.Layers);
        if (usual > 0 && computed > 0) _correction.Add(cost.Joules / computed, computed / usual);
    }

    /// <summary>Joules of a suggestion so far.</summary>
    public double Spent(double layers) => Computed(layers) * _correction.Value;

    /// <summary>Joules of a suggestion of usual length.</summary>
    public double At(double logPrice) => Spent(_tokens.Value * _profile.LayersPerToken(logPrice));

    /// <summary>Logarithm of the price at which a suggestion costs <paramref name="joules"/>; an end of the ladder where none does.</summary>
    public double LogPriceFor(double joules)
    {
        var (dear, cheap) = (ladder.Quality.LogPrice, ladder.Saver.LogPrice);
        if (At(dear) <= joules) return dear;
        // Halving 20 times is finer than a price can matter.
        for (var i = 0; i < 20; i++)
        {
            var middle = (dear + cheap) / 2;
            if (At(middle) > joules) dear = middle;
            else cheap = middle;
        }
        return cheap;
    }

    private double Computed(double layers) => energy.JoulesPerSuggestion + energy.JoulesPerLayerToken * layers;
}
