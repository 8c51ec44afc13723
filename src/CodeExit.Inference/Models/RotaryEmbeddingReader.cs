using CodeExit.Inference.Checkpoints;

namespace CodeExit.Inference.Models;

/// <summary>
/// Turns the RoPE keys of <c>config.json</c> into angles per position step. Computed in F32 in transformers' order of operations:
/// at position 2,000 one last place of a frequency is already 1e-4 radians.
/// </summary>
internal static class RotaryEmbeddingReader
{
    private const double DefaultTheta = 10_000;

    private const string Supported = "one of default, linear, dynamic, llama3, yarn";

    /// <param name="json">The whole of <c>config.json</c>.</param>
    /// <param name="headDim">Width of a head, even; all of it is rotated.</param>
    /// <param name="maxPositions">The model's context, in tokens.</param>
    public static RotaryEmbedding Read(JsonSection json, int headDim, int maxPositions)
    {
        // As transformers 5 resolves them: the older rope_scaling wins over rope_parameters, a theta inside over one beside.
        var scaling = NonEmpty(json, "rope_scaling") ?? NonEmpty(json, "rope_parameters");
        var theta = (float)(scaling?.OptionalPositive("rope_theta") ?? json.OptionalPositive("rope_theta") ?? DefaultTheta);
        RejectPartialRotation(json);
        if (scaling is null) return new(Frequencies(theta, headDim), 1);
        RejectPartialRotation(scaling);

        var typeKey = scaling.Find("rope_type") is null && scaling.Find("type") is not null ? "type" : "rope_type";
        var original = json.OptionalInteger("original_max_position_embeddings", 1, int.MaxValue)
            ?? scaling.OptionalInteger("original_max_position_embeddings", 1, int.MaxValue)
            ?? maxPositions;
        return scaling.OptionalText(typeKey) switch
        {
            null when scaling.Keys.All(key => key is "rope_theta" or "partial_rotary_factor") => new(Frequencies(theta, headDim), 1),
            // Dynamic scaling changes nothing up to max_position_embeddings, which is as far as the engine goes.
            "default" or "dynamic" => new(Frequencies(theta, headDim), 1),
            "linear" => new(Linear(scaling, Frequencies(theta, headDim)), 1),
            "llama3" => new(Llama3(scaling, Frequencies(theta, headDim), original), 1),
            "yarn" => YarnScaling.Read(scaling, theta, headDim, maxPositions, original),
            null => throw scaling.Missing("rope_type", Supported),
            _ => throw scaling.Wrong(typeKey, Supported),
        };
    }

    /// <summary>theta^(−2i / d) for each pair i of a head of d.</summary>
    private static float[] Frequencies(float theta, int headDim)
    {
        var frequencies = new float[headDim / 2];
        for (var i = 0; i < frequencies.Length; i++) frequencies[i] = 1 / Wavelength(theta, i, headDim);
        return frequencies;
    }

    /// <summary>theta^(2i / d): positions per radian of pair i, rounded as an F32 power is.</summary>
    public static float Wavelength(float theta, int pair, int headDim) => (float)Math.Pow(theta, 2f * pair / headDim);

    private static float[] Linear(JsonSection scaling, float[] frequencies)
    {
        var factor = (float)scaling.Positive("factor");
        return Array.ConvertAll(frequencies, frequency => frequency / factor);
    }

    /// <summary>
    /// Llama 3.1: wavelengths longer than the old context / low factor are stretched by the factor, those shorter than the old
    /// context / high factor are kept, and those between are blended.
    /// </summary>
    private static float[] Llama3(JsonSection scaling, float[] frequencies, int originalPositions)
    {
        var factor = (float)scaling.Positive("factor");
        var low = scaling.Positive("low_freq_factor");
        var high = scaling.Positive("high_freq_factor");
        if (high <= low) throw scaling.Wrong("high_freq_factor", $"a number above low_freq_factor ({low})");
        var longest = (float)(originalPositions / low);
        var shortest = (float)(originalPositions / high);
        return Array.ConvertAll(frequencies, frequency =>
        {
            var wavelength = (float)(2 * Math.PI) / frequency;
            if (wavelength < shortest) return frequency;
            if (wavelength > longest) return frequency / factor;
            var smooth = (originalPositions / wavelength - (float)low) / (float)(high - low);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        });
    }

    private static JsonSection? NonEmpty(JsonSection json, string key) =>
        json.OptionalSection(key) is { IsEmpty: false } section ? section : null;

    private static void RejectPartialRotation(JsonSection section)
    {
        const string Key = "partial_rotary_factor";
        if ((section.OptionalPositive(Key) ?? 1) != 1) throw section.Wrong(Key, "1 (the whole head is rotated)");
    }
}
