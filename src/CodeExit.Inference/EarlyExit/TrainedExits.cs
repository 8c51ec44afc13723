using CodeExit.Inference.Models;

namespace CodeExit.Inference.EarlyExit;

/// <summary>The exits of a model that a policy with a confidence may choose between.</summary>
internal static class TrainedExits
{
    /// <exception cref="ArgumentException">The last layer is the only one that can be read.</exception>
    public static void Require(ModelConfig config, string spec)
    {
        if (config.ExitLayers.Count > 1) return;
        throw new ArgumentException(
            $"policy '{spec}' needs layers that were trained to be read out, and this model has none: neither exits.json names one, nor did `codeexit tune` learn a head; use full or fixed:K");
    }

    /// <summary>The first exit above <paramref name="layer"/>; the last layer is always one.</summary>
    public static int Above(ModelConfig config, int layer)
    {
        for (var i = 0; ; i++)
        {
            if (config.ExitLayers[i] > layer) return config.ExitLayers[i];
        }
    }

    /// <summary>Which of the exits is after <paramref name="layer"/>, from 0; −1 for a layer that is none.</summary>
    public static int Index(ModelConfig config, int layer)
    {
        var index = config.ExitLayers.Count - 1;
        while (index >= 0 && config.ExitLayers[index] != layer) index--;
        return index;
    }
}
