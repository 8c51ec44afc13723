namespace CodeExit.Completion.Governor;

/// <summary>
/// Mean layers per token at each price. Begins with what calibration saw at the modes' prices, straight lines of ln(price) between; learns
/// by how much that is off, at each price and, less, at its neighbours: then one price that was seen corrects those that were not.
/// </summary>
internal sealed class LayerProfile
{
    private const int Knots = 9;

    /// <summary>In tokens: what calibration is worth beside what is seen, and how long that is remembered.</summary>
    private const double PriorTokens = 50, Memory = 4000;

    private readonly PriceLadder _ladder;
    private readonly double _spacing;
    private readonly ForgettingMean[] _corrections = new ForgettingMean[Knots];

    public LayerProfile(PriceLadder ladder)
    {
        _ladder = ladder;
        _spacing = (ladder.Saver.LogPrice - ladder.Quality.LogPrice) / (Knots - 1);
        for (var i = 0; i < Knots; i++) _corrections[i] = new ForgettingMean(1, PriorTokens, Memory);
    }

    public void Observe(double logPrice, double layers, int tokens)
    {
        if (tokens == 0) return;
        var at = Place(logPrice);
        var correction = layers / (tokens * Calibrated(logPrice));
        for (var i = 0; i < Knots; i++) _corrections[i].Add(correction, tokens * Math.Exp(-Math.Abs(at - i)));
    }

    public double LayersPerToken(double logPrice)
    {
        var at = Place(logPrice);
        var below = Math.Min((int)at, Knots - 2);
        var share = at - below;
        return Calibrated(logPrice) * (_corrections[below].Value * (1 - share) + _corrections[below + 1].Value * share);
    }

    private double Place(double logPrice) => (_ladder.Clamp(logPrice) - _ladder.Quality.LogPrice) / _spacing;

    private double Calibrated(double logPrice)
    {
        logPrice = _ladder.Clamp(logPrice);
        var (from, to) = logPrice < _ladder.Balanced.LogPrice ? (_ladder.Quality, _ladder.Balanced) : (_ladder.Balanced, _ladder.Saver);
        var share = (logPrice - from.LogPrice) / (to.LogPrice - from.LogPrice);
        return from.LayersPerToken + share * (to.LayersPerToken - from.LayersPerToken);
    }
}
