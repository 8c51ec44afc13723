using System.Text;
using System.Text.Json;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

public class BytePairTokenizerTests
{
    [Theory]
    [InlineData("bootstrap")]
    [InlineData("llama-like")]
    [InlineData("starcoder-like")]
    [InlineData("deepseek-like")]
    public void Encode_VariedTexts_EqualsHuggingFace(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var lines = TokenizerFixtures.Lines("encodings.jsonl.gz");
        var differences = new List<string>();
        foreach (var line in lines)
        {
            var expected = line.GetProperty(name);
            var asText = line.TryGetProperty(name + " as text", out var different) ? different : expected;
            Compare(line, expected, SpecialTokens.Recognize);
            Compare(line, asText, SpecialTokens.AsText);
        }
        Assert.True(lines.Count >= 2_000, $"only {lines.Count} texts");
        Assert.True(differences.Count == 0, $"{differences.Count} of {2 * lines.Count} differ:\n{string.Join('\n', differences.Take(10))}");

        void Compare(JsonElement line, JsonElement expected, SpecialTokens special)
        {
            var text = TokenizerFixtures.Text(line);
            var ids = TokenizerFixtures.Encode(tokenizer, text, special);
            var wanted = expected.EnumerateArray().Select(id => id.GetInt32()).ToList();
            if (!ids.SequenceEqual(wanted))
                differences.Add($"{special} {JsonSerializer.Serialize(text)}: [{string.Join(' ', ids)}] for [{string.Join(' ', wanted)}]");
        }
    }
}
