using System.Globalization;

namespace CodeExit.Inference.EarlyExit;

/// <summary>A policy as it is written: a name, mostly a value, and options, as in <c>softmax:0.9,decay=4,kv=propagate</c>.</summary>
internal sealed class PolicySpec
{
    private readonly string? _value;
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">An option that is no <c>name=value</c>, or one given twice.</exception>
    public PolicySpec(string text)
    {
        Text = text;
        var parts = text.Split(',');
        var colon = parts[0].IndexOf(':', StringComparison.Ordinal);
        Name = colon < 0 ? parts[0] : parts[0][..colon];
        _value = colon < 0 ? null : parts[0][(colon + 1)..];
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw Error($"'{part}' is not an option; options are written name=value");
            if (!_options.TryAdd(part[..equals], part[(equals + 1)..])) throw Error($"option '{part[..equals]}' is given twice");
        }
    }

    public string Text { get; }

    public string Name { get; }

    public bool HasValue => _value is not null;

    public ArgumentException Error(string problem) => new($"policy '{Text}': {problem}");

    /// <exception cref="ArgumentException">There is a value or an option.</exception>
    public void HasNothing()
    {
        if (_value is not null) throw Error($"{Name} takes no value; write {Name}");
        HasNoMoreOptions();
    }

    /// <summary>The value as a number of layers.</summary>
    /// <exception cref="ArgumentException">There is none, or it is not 1 or more.</exception>
    public int Layers() =>
        int.TryParse(_value, NumberStyles.None, CultureInfo.InvariantCulture, out var layers) && layers >= 1
            ? layers
            : throw Error($"K must be a number of layers, 1 or more, as in {Name}:4");

    /// <summary>The value as a threshold.</summary>
    /// <exception cref="ArgumentException">There is none, or it is not from 0 to 1.</exception>
    public float Threshold() => Share(_value) ?? throw Error($"T must be a threshold from 0 to 1, as in {Name}:0.9");

    /// <summary>The value as a price.</summary>
    /// <exception cref="ArgumentException">There is none, or it is not from 0 to 1.</exception>
    public float Price() => Share(_value) ?? throw Error($"P must be a price from 0 to 1, as in {Name}:0.1");

    /// <summary>Option <c>stop</c>, the probability from which on a suggestion ends; null where it is not given.</summary>
    /// <exception cref="ArgumentException">It is not from 0 to 1.</exception>
    public float? Stop()
    {
        if (!_options.Remove("stop", out var text)) return null;
        return Share(text) ?? throw Error("stop must be a probability from 0 to 1, as in stop=0.9");
    }

    /// <summary>Option <c>decay</c>, CALM's temperature τ; null where it is not given.</summary>
    /// <exception cref="ArgumentException">It is not above 0.</exception>
    public float? Decay()
    {
        if (!_options.Remove("decay", out var text)) return null;
        return float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var decay) && decay > 0 && float.IsFinite(decay)
            ? decay
            : throw Error("decay must be a number above 0, as in decay=4");
    }

    /// <summary>Option <c>draft</c>, a number of tokens; null where it is not given.</summary>
    /// <exception cref="ArgumentException">It is not from 1 to <paramref name="most"/>.</exception>
    public int? Draft(int most)
    {
        if (!_options.Remove("draft", out var text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var draft) && draft >= 1 && draft <= most
            ? draft
            : throw Error($"draft must be a number of tokens from 1 to {most}, as in draft=4");
    }

    /// <summary>Option <c>confidence</c>; null where it is not given.</summary>
    /// <exception cref="ArgumentException">It is not from 0 to 1.</exception>
    public float? Confidence()
    {
        if (!_options.Remove("confidence", out var text)) return null;
        return float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var confidence) && confidence is >= 0 and <= 1
            ? confidence
            : throw Error("confidence must be a probability from 0 to 1, as in confidence=0.3");
    }

    /// <summary>Option <c>kv</c>.</summary>
    /// <exception cref="ArgumentException">It is neither of the two ways.</exception>
    public SkippedLayers Skipped()
    {
        _options.Remove("kv", out var text);
        return text switch
        {
            null or "backfill" => SkippedLayers.BackFill,
            "propagate" => SkippedLayers.Propagate,
            _ => throw Error("kv must be propagate or backfill"),
        };
    }

    /// <summary>To be called when all options that the policy knows have been taken.</summary>
    /// <exception cref="ArgumentException">One is left.</exception>
    public void HasNoMoreOptions()
    {
        foreach (var option in _options.Keys) throw Error($"{Name} has no option '{option}'");
    }

    private static float? Share(string? text) =>
        float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;
}
