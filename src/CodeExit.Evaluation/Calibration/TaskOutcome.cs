using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Quality;

namespace CodeExit.Evaluation.Calibration;

/// <summary>What one policy did on one task.</summary>
/// <param name="Textual">Loss of <see cref="LossMetric.Textual"/>.</param>
/// <param name="Risk">Loss of <see cref="LossMetric.Risk"/>.</param>
/// <param name="Layers">Over all tokens.</param>
/// <param name="Work">See <see cref="Inference.Decoding.GenerationResult.Work"/>.</param>
internal readonly record struct TaskOutcome(double Textual, double Risk, int Layers, double Work, int Tokens, TimeSpan Decode)
{
    /// <param name="truth">One line: of a suggestion of several, the first is held against it.</param>
    public static TaskOutcome Of(WrittenSuggestion suggestion, WrittenSuggestion full, string truth)
    {
        var run = suggestion.Run;
        return new TaskOutcome(
            1 - SuggestionQuality.ToSuggestion(suggestion.Text, full.Text),
            Math.Max(0, SuggestionQuality.ToTruth(full.Text, truth) - SuggestionQuality.ToTruth(suggestion.Text, truth)),
            run.LayersPerToken.Sum(), run.Work, run.Tokens.Count, run.Decode);
    }

    public double Loss(LossMetric metric) => metric == LossMetric.Textual ? Textual : Risk;
}
