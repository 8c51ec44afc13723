using CodeExit.Completion.Governor;

namespace CodeExit.Tests.Completion.Governor.Simulation;

/// <summary>
/// Mean layers of a token by price: what a governor does not know of a model beyond its calibration. Straight lines between points, in
/// ln(price): the simulation's own arithmetic, none of the governor's.
/// </summary>
internal sealed class LayerCurve
{
    public const int Layers = 12;

    private readonly (double Price, double Share)[] _points;

    private LayerCurve(params (double Price, double Share)[] points) => _points = points;

    /// <summary>The embedded model's, as docs/early-exit.md has it.</summary>
    public static LayerCurve Embedded { get; } = new(
        (0.01, 0.967), (0.02, 0.828), (0.03, 0.727), (0.04, 0.663), (0.05, 0.617), (0.07, 0.566), (0.1, 0.534), (1, 0.423));

    /// <summary>Nearly all that can be saved lies within a doubling of the price: an ill-trained probe, three times as steep as any measured.</summary>
    public static LayerCurve Steep { get; } = new((0.01, 1), (0.03, 0.95), (0.06, 0.45), (1, 0.4));

    /// <summary>The same factor of the price saves the same everywhere.</summary>
    public static LayerCurve Even { get; } = new((0.01, 0.95), (1, 0.35));

    public static LayerCurve Named(string name) => name switch
    {
        "embedded" => Embedded,
        "steep" => Steep,
        _ => Even,
    };

    /// <summary>A ladder as calibration would have found it on other code, where tokens take a tenth more layers.</summary>
    public static PriceLadder Ladder { get; } = new(
        new ModePrice("quality", 0.01f, Layers * 0.913), new ModePrice("balanced", 0.03f, Layers * 0.728), new ModePrice("saver", 1, Layers * 0.452));

    public double At(double price)
    {
        for (var i = 1; i < _points.Length; i++)
        {
            if (price > _points[i].Price) continue;
            var share = Math.Clamp(Math.Log(price / _points[i - 1].Price) / Math.Log(_points[i].Price / _points[i - 1].Price), 0, 1);
            return Layers * (_points[i - 1].Share + share * (_points[i].Share - _points[i - 1].Share));
        }
        return Layers * _points[^1].Share;
    }
}
