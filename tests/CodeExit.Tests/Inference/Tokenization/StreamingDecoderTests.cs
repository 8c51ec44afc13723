using System.Text;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

public class StreamingDecoderTests
{
    private readonly BytePairTokenizer _tokenizer = TokenizerFixtures.Load("embedded");

    [Fact]
    public void Append_TokensOfAnyText_NeverGivesHalfACharacter()
    {
        foreach (var line in TokenizerFixtures.Lines("encodings.jsonl.gz"))
        {
            var text = TokenizerFixtures.Text(line);
            if (text.Length > 1_000)
                continue;
            var whole = TextNormalizer.WellFormed(text).ToString();
            var decoder = new StreamingDecoder(_tokenizer);
            var shown = new StringBuilder();
            foreach (var id in TokenizerFixtures.Encode(_tokenizer, text, SpecialTokens.AsText))
            {
                var piece = decoder.Append(id);
                Assert.Equal(piece, TextNormalizer.WellFormed(piece).ToString());
                shown.Append(piece);
                Assert.StartsWith(shown.ToString(), whole, StringComparison.Ordinal);
            }
            Assert.Equal("", decoder.Flush());
            Assert.Equal(whole, shown.ToString());
        }
    }

    [Fact]
    public void Append_RandomTokens_EqualsDecodingThemAtOnce()
    {
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            // Mostly single bytes, so that ill-formed UTF-8 of every kind comes up.
            var ids = Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => random.Next(random.Next(4) == 0 ? _tokenizer.VocabularySize : 256)).ToList();
            var decoder = new StreamingDecoder(_tokenizer);
            var text = string.Concat(ids.Select(id => decoder.Append(id).ToString())) + decoder.Flush().ToString();
            Assert.Equal(TokenizerFixtures.Decode(_tokenizer, ids), text);
        }
    }

    [Fact]
    public void Flush_CharacterLeftIncomplete_GivesReplacementCharacterAndStartsAnew()
    {
        using var folder = new TokenizerFolder(); // its ids below 256 are bytes
        var decoder = new StreamingDecoder(folder.Load());
        Assert.Equal("", decoder.Append(0xF0).ToString() + decoder.Append(0x9F).ToString() + decoder.Append(0x98).ToString());
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("", decoder.Flush());
        Assert.Equal("", decoder.Append(0xC3));
        Assert.Equal("é", decoder.Append(0xA9));
    }
}
