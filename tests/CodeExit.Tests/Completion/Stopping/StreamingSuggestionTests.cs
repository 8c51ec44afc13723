using CodeExit.Completion.Stopping;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Stopping;

public class StreamingSuggestionTests
{
    [Fact]
    public void Finish_RandomPlacesAndAnswers_IsAPrefixOfWhatWasDecoded()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 3000; round++)
        {
            var document = RandomDocuments.Next(random, 12);
            var said = ByteTokenizer.Tokens(RandomDocuments.Next(random, 8));
            var maxTokens = random.Next(1, 300);

            var (text, _, tokens) = Suggest.Run(document, RandomDocuments.Cursor(random, document), said, maxTokens);

            // But for tabs and spaces, which are written as in the document.
            Assert.StartsWith(WithoutBlanks(text), WithoutBlanks(Suggest.Decoded(said.Take(tokens))), StringComparison.Ordinal);
            Assert.True(text.Length == 0 || !string.IsNullOrWhiteSpace(text));
            Assert.DoesNotContain('\uFFFD', text);
            Assert.False(text.Length > 0 && char.IsHighSurrogate(text[^1]));
        }
    }

    [Fact]
    public void Finish_NothingFollowsOnTheLine_HasNoBlankEnd()
    {
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var document = RandomDocuments.Next(random, 6);
            var said = ByteTokenizer.Tokens(RandomDocuments.Next(random, 8));

            var text = Suggest.Run(document, document.Length, said, random.Next(1, 300)).Text;

            Assert.Equal(text.TrimEnd(), text);
        }
    }

    [Fact]
    public void Finish_HoweverTheTextIsCutIntoTokens_IsTheSame()
    {
        var random = new Random(5);
        for (var round = 0; round < 1000; round++)
        {
            var document = RandomDocuments.Next(random, 10);
            var offset = RandomDocuments.Cursor(random, document);
            var said = RandomDocuments.Next(random, 8);
            var pieces = new PieceTokenizer();
            List<int> tokens = [];
            pieces.Encode(said, SpecialTokens.AsText, tokens);

            var expected = Suggest.Run(document, offset, ByteTokenizer.Tokens(said));
            var suggestion = new StreamingSuggestion(pieces, CursorContext.At(document, offset));
            var end = tokens.All(suggestion.OnToken) ? GenerationEnd.EndOfText : GenerationEnd.Observer;

            Assert.Equal((expected.Text, expected.Reason), suggestion.Finish(end));
        }
    }

    private static string WithoutBlanks(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);

    [Fact]
    public void At_MegabyteLine_CopiesLittleOfIt()
    {
        var line = new string('x', 1 << 20);

        var cursor = CursorContext.At($"{line}{line}\n{line}\n", line.Length);

        Assert.True(cursor.TextFollows);
        Assert.InRange(cursor.LinePrefix.Length + cursor.RestOfLine.Length + cursor.NextLines.Sum(next => next.Length), 1, 20_000);
    }
}
