using System.Globalization;

namespace CodeExit.Inference.EarlyExit;

/// <summary>
/// <c>fixed:K</c>: every token is read out after K blocks. Any layer can be asked for, as the comparison wants whole curves; only those
/// among <see cref="Models.ModelConfig.ExitLayers"/> were trained for it.
/// </summary>
public sealed class FixedLayerPolicy : IExitPolicy
{
    public const string Name = "fixed";

    private readonly int _layer;

    /// <param name="layer">1-based.</param>
    public FixedLayerPolicy(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        _layer = layer;
    }

    public string Spec => string.Create(CultureInfo.InvariantCulture, $"{Name}:{_layer}");

    /// <exception cref="ArgumentException">The model has fewer layers.</exception>
    public int ExitLayer(int layerCount) => _layer <= layerCount
        ? _layer
        : throw new ArgumentException($"policy '{Spec}': the model has {layerCount} layers; K must be from 1 to {layerCount}");

    /// <exception cref="ArgumentException">The value is not a layer number.</exception>
    public static FixedLayerPolicy Parse(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer >= 1
            ? new(layer)
            : throw new ArgumentException(
                $"policy '{(value is null ? Name : $"{Name}:{value}")}': K must be the number of a layer, 1 or more, as in {Name}:4");
}
