using System.Text.Json;
using CodeExit.Inference.Tokenization.Patterns;
using CodeExit.Inference.Tokenization.PreTokenizers;

namespace CodeExit.Tests.Inference.Tokenization;

public class SplitPreTokenizerTests
{
    [Fact]
    public void Split_PublishedAndRandomPatterns_EqualsOniguruma()
    {
        var lines = TokenizerFixtures.Lines("splits.jsonl.gz");
        var differences = new List<string>();
        foreach (var line in lines)
        {
            var expected = line.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()!);
            var pieces = Split(line);
            if (!pieces.SequenceEqual(expected))
                differences.Add($"{line} became {JsonSerializer.Serialize(pieces)}");
        }
        Assert.True(lines.Count >= 2_000, $"only {lines.Count} cases");
        Assert.True(differences.Count == 0, $"{differences.Count} of {lines.Count} differ:\n{string.Join('\n', differences.Take(40))}");
    }

    private static List<string> Split(JsonElement line)
    {
        var behavior = Enum.Parse<SplitBehavior>(line.GetProperty("behavior").GetString()!);
        var pieces = new PieceList();
        try
        {
            var pattern = new ScalarPattern(line.GetProperty("pattern").GetString()!);
            new SplitPreTokenizer(pattern, behavior, line.GetProperty("invert").GetBoolean())
                .Split(line.GetProperty("text").GetString()!, pieces);
            return pieces.Pieces;
        }
        catch (PatternException exception)
        {
            return [exception.Message];
        }
    }

    private sealed class PieceList : IPieceSink
    {
        public List<string> Pieces { get; } = [];

        public void Add(ReadOnlySpan<char> piece) => Pieces.Add(piece.ToString());
    }
}
