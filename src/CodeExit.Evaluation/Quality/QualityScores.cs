namespace CodeExit.Evaluation.Quality;

/// <summary>How near one text, or the mean of many, comes to its reference; all from 0 to 1.</summary>
/// <param name="ExactMatch">Equal but for white space at the ends.</param>
public sealed record QualityScores(double ExactMatch, double EditSimilarity, double RougeL, double Bleu, double ChrF)
{
    public static QualityScores Of(string text, string reference)
    {
        (text, reference) = (text.Trim(), reference.Trim());
        return new QualityScores(
            text == reference ? 1 : 0, Quality.EditSimilarity.Of(text, reference), Quality.RougeL.Of(text, reference),
            Quality.Bleu.Of(text, reference), Quality.ChrF.Of(text, reference));
    }

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static QualityScores Mean(IReadOnlyCollection<QualityScores> scores) => new(
        scores.Average(each => each.ExactMatch), scores.Average(each => each.EditSimilarity), scores.Average(each => each.RougeL),
        scores.Average(each => each.Bleu), scores.Average(each => each.ChrF));
}
