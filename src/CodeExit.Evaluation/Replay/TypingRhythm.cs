using MathNet.Numerics.Distributions;

namespace CodeExit.Evaluation.Replay;

/// <summary>
/// Times between keys. Within a word log-normal, with the mean (239 ms) and the deviation (112 ms) between keys of 168,000 volunteers:
/// Dhakal et al., "Observations on Typing from 136 Million Keystrokes", CHI 2018. Before a line, and before one word in eight, the time to
/// think of it: 1.35 s, the operator M of Card, Moran and Newell's keystroke-level model, CACM 1980. Before one line in five a longer
/// pause, exponential with a mean of 5 s. How often they pause, and how long the longer pause is, are assumptions.
/// </summary>
internal sealed class TypingRhythm(Random random)
{
    public const double MeanMs = 239, DeviationMs = 112;
    public const double ThinkingMs = 1350, LongPauseMs = 5000;
    public const double ThoughtPerWord = 1.0 / 8, LongPausePerLine = 1.0 / 5;

    /// <param name="before">What was typed last; a line break where nothing was.</param>
    public double NextMs(char before, char key)
    {
        var delay = LogNormal.WithMeanVariance(MeanMs, DeviationMs * DeviationMs, random).Sample();
        if (before == '\n') return delay + ThinkingMs + (random.NextDouble() < LongPausePerLine ? Exponential.Sample(random, 1 / LongPauseMs) : 0);
        var startsWord = char.IsLetterOrDigit(key) && !char.IsLetterOrDigit(before);
        return delay + (startsWord && random.NextDouble() < ThoughtPerWord ? ThinkingMs : 0);
    }
}
