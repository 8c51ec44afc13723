namespace CodeExit.Telemetry.Costs;

/// <summary>
/// Joules for each (layer, token), learned from many windows: one token is far below what any sensor resolves, and thousands of requests
/// with different depths and lengths are not. Then a single request can be billed by its work alone, and a policy be told what a layer costs.
/// Net joules, least squares, no term below zero, a little ridge for terms that always come together (requests that are all alike).
/// Used by one thread at a time.
/// </summary>
/// <param name="label">The one label that is learned from. Numbers with different labels have different errors.</param>
/// <param name="source">The one source.</param>
public sealed class LayerCosts(EnergyLabel label, string source)
{
    /// <summary>Fewer windows are no basis for a bill.</summary>
    public const int FewestWindows = 30;

    /// <summary>Of the old weight, with each window: half is gone after 350, so that clocks, temperature and drivers may change.</summary>
    private const double Memory = 0.998;

    /// <summary>Share of each term's own weight: costs a term that stands alone a ten-thousandth.</summary>
    private const double Ridge = 1e-4;

    private const int Terms = RequestWork.Terms;

    private readonly double[,] _products = new double[Terms, Terms];
    private readonly double[] _moments = new double[Terms];
    private double[] _costs = new double[Terms];
    private double _missed, _seen;

    public int Windows { get; private set; }

    public bool IsKnown => Windows >= FewestWindows;

    public double JoulesPerRequest => _costs[0];

    public double JoulesPerPrefillLayerToken => _costs[1];

    /// <summary>What an exit policy saves by leaving one layer earlier.</summary>
    public double JoulesPerDecodeLayerToken => _costs[2];

    /// <summary>Sum of the errors that bills would have had, over the sum of what was measured: each window is billed before it is learned from.</summary>
    public double RelativeError => _seen > 0 ? _missed / _seen : 1;

    /// <returns>False where the number says nothing about the work: another label or source, nothing measured, other work in it.</returns>
    public bool Learn(RequestWork work, EnergyMeasurement measured)
    {
        if (measured.Label != label || measured.Source != source || measured.Contamination is not null || measured.NetJoules is not { } joules) return false;
        Span<double> terms = stackalloc double[Terms];
        work.CopyTo(terms);
        if (IsKnown)
        {
            _missed = Memory * _missed + Math.Abs(Joules(terms) - joules);
            _seen = Memory * _seen + Math.Abs(joules);
        }
        for (var i = 0; i < Terms; i++)
        {
            for (var j = 0; j < Terms; j++) _products[i, j] = Memory * _products[i, j] + terms[i] * terms[j];
            _moments[i] = Memory * _moments[i] + terms[i] * joules;
        }
        Windows++;
        _costs = NonNegativeLeastSquares.Solve(_products, _moments, Ridge);
        return true;
    }

    /// <summary>Bills a request by its work; null before enough was learned.</summary>
    /// <param name="idleWatts">Of the device, for the gross number.</param>
    public EnergyMeasurement? Apportion(RequestWork work, string scope, double idleWatts, TimeSpan window)
    {
        if (!IsKnown) return null;
        Span<double> terms = stackalloc double[Terms];
        work.CopyTo(terms);
        var net = Joules(terms);
        return new EnergyMeasurement(net + idleWatts * window.TotalSeconds, net, EnergyLabel.Apportioned, source, scope, window) { IdleWatts = idleWatts };
    }

    private double Joules(ReadOnlySpan<double> terms)
    {
        double joules = 0;
        for (var i = 0; i < Terms; i++) joules += _costs[i] * terms[i];
        return joules;
    }
}
