namespace CodeExit.Completion.Governor;

/// <summary>A weighted mean that forgets: what lies <paramref name="memory"/> back, in weight, counts 1/e.</summary>
/// <param name="prior">The mean before anything was seen, with the weight <paramref name="priorWeight"/>.</param>
internal sealed class ForgettingMean(double prior, double priorWeight, double memory)
{
    private double _sum = prior * priorWeight;
    private double _weight = priorWeight;

    public double Value => _sum / _weight;

    public void Add(double value, double weight = 1)
    {
        var kept = Math.Exp(-weight / memory);
        _sum = _sum * kept + value * weight;
        _weight = _weight * kept + weight;
    }
}
