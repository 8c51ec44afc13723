using System.Text.Json;
using CodeExit.Evaluation.Quality;

namespace CodeExit.Tests.Evaluation.Quality;

public class QualityScoresTests
{
    /// <summary>Against NLTK, rapidfuzz and the definition of chrF: tests/fixtures/quality.</summary>
    [Fact]
    public void Of_ReferencePairs_EqualsOtherImplementations()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Path("tests", "fixtures", "quality", "quality.json")));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        foreach (var each in cases)
        {
            var (text, reference) = (each.GetProperty("text").GetString()!, each.GetProperty("reference").GetString()!);
            var scores = QualityScores.Of(text, reference);

            double Expected(string name) => each.GetProperty(name).GetDouble();
            Assert.Equal(
                (text, Math.Round(Expected("editSimilarity"), 9), Math.Round(Expected("rougeL"), 9), Math.Round(Expected("bleu"), 9), Math.Round(Expected("chrF"), 9)),
                (text, Math.Round(scores.EditSimilarity, 9), Math.Round(scores.RougeL, 9), Math.Round(scores.Bleu, 9), Math.Round(scores.ChrF, 9)));
        }
        Assert.True(cases.Length > 10);
    }

    [Theory]
    [InlineData("x = 1", "  x = 1\n", 1)]
    [InlineData("x = 1", "x = 2", 0)]
    [InlineData("x =  1", "x = 1", 0)]
    public void Of_WhiteSpaceAtTheEnds_IsNoDifference(string text, string reference, double exact) =>
        Assert.Equal(exact, QualityScores.Of(text, reference).ExactMatch);

    [Fact]
    public void Mean_SeveralScores_AveragesEach()
    {
        var mean = QualityScores.Mean([new(1, 1, 0.5, 0.2, 0), new(0, 0.5, 0.5, 0.4, 1)]);

        Assert.Equal(new QualityScores(0.5, 0.75, 0.5, 0.30000000000000004, 0.5), mean);
    }
}
