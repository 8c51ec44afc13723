using CodeExit.Completion;
using CodeExit.Completion.Stopping;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Stopping;

/// <summary>What must hold wherever the cursor is and whatever a model says. Answers are made of the document's own lines as well as of others.</summary>
public class StopRulePropertyTests
{
    private const int Rounds = 3000;

    [Fact]
    public void Finish_NothingFollowsOnTheLine_NextLineIsNotThereTwice()
    {
        ForAll(71, (cursor, said, text) =>
        {
            if (cursor.TextFollows || cursor.NextLines.Count == 0 || text.Length == 0) return;
            var lines = (cursor.LinePrefix + text).Split('\n');
            Assert.NotEqual(cursor.NextLines[0], lines[^1].TrimEnd());
        });
    }

    [Fact]
    public void Finish_TextFollowsOnTheLine_RestIsNotThereTwice()
    {
        ForAll(72, (cursor, said, text) =>
        {
            if (!cursor.TextFollows || text.Length == 0) return;
            var rest = cursor.RestOfLine.Trim();
            if (!rest.Any(char.IsLetterOrDigit) || text.AsSpan().IndexOfAny("([{") >= 0) return;
            var withinWord = char.IsLetterOrDigit(rest[0]) || rest[0] == '_' || char.IsLetterOrDigit(rest[^1]) || rest[^1] == '_';
            if (!withinWord) Assert.False(text.EndsWith(rest, StringComparison.Ordinal), $"{text} before {rest}");
        });
    }

    [Fact]
    public void Finish_AnyPlace_ClosesNothingThatIsClosedBehindIt()
    {
        // Documents of brackets and words alone, all balanced: then a suggestion must be balanced in itself.
        var random = new Random(73);
        for (var round = 0; round < Rounds; round++)
        {
            var document = Balanced(random, 0);
            var offset = random.Next(document.Length + 1);
            var said = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Piece(random)));

            var text = Suggest.Run(document, offset, ByteTokenizer.Tokens(said)).Text;

            Assert.Equal(0, UnmatchedClosers(text));
        }
    }

    [Fact]
    public void Finish_AnyPlace_CutsNoCharacterAndNoLineEnd()
    {
        ForAll(74, (cursor, said, text) =>
        {
            if (text.Length == 0) return;
            Assert.False(char.IsHighSurrogate(text[^1]) || char.IsLowSurrogate(text[0]));
            Assert.NotEqual('\r', text[^1]);
            Assert.False(string.IsNullOrWhiteSpace(text));
            if (!cursor.TextFollows) Assert.Equal(text.TrimEnd(), text);
        });
    }

    [Fact]
    public void Finish_KnownIndentation_NewLinesHaveIt()
    {
        ForAll(75, (cursor, said, text) =>
        {
            if (cursor.TextFollows || cursor.Indentation.Character is not { } kind) return;
            foreach (var line in text.Split('\n').Skip(1).Where(line => !string.IsNullOrWhiteSpace(line)))
            {
                if (kind == ' ') Assert.DoesNotContain('\t', Blanks(line));
                else Assert.DoesNotContain(" \t", Blanks(line));
            }
        });
    }

    [Fact]
    public void OnToken_RuleSaysStop_NoFurtherTokenIsTaken()
    {
        var random = new Random(76);
        var stopped = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (document, offset, said) = Place(random);
            var cursor = CursorContext.At(document, offset);
            var pieces = new PieceTokenizer();
            List<int> tokens = [];
            pieces.Encode(said, SpecialTokens.AsText, tokens);

            var byCharacter = Suggest.Run(new ByteTokenizer(), cursor, ByteTokenizer.Tokens(said));
            var byPiece = Suggest.Run(pieces, cursor, tokens);

            Assert.Equal((byCharacter.Text, byCharacter.Reason), (byPiece.Text, byPiece.Reason));
            if (byCharacter.Reason == StopReason.EndOfText) continue;
            // The piece that holds the deciding byte is the last one.
            var before = tokens.Take(byPiece.Tokens - 1).Sum(token => pieces.Bytes(token).Length);
            Assert.InRange(byCharacter.Tokens, before + 1, before + pieces.Bytes(tokens[byPiece.Tokens - 1]).Length);
            stopped++;
        }
        Assert.InRange(stopped, Rounds / 4, Rounds);
    }

    private static void ForAll(int seed, Action<CursorContext, string, string> holds)
    {
        var random = new Random(seed);
        var shown = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (document, offset, said) = Place(random);
            var cursor = CursorContext.At(document, offset);
            var maxTokens = random.Next(3) == 0 ? random.Next(1, 120) : 10_000;
            var text = Suggest.Run(new ByteTokenizer(), cursor, ByteTokenizer.Tokens(said), maxTokens).Text;
            if (text.Length > 0) shown++;
            holds(cursor, said, text);
        }
        Assert.InRange(shown, Rounds / 10, Rounds);
    }

    /// <summary>A document, a cursor, and an answer that often says what the document says.</summary>
    private static (string Document, int Offset, string Said) Place(Random random)
    {
        var document = RandomDocuments.Next(random, 12);
        var offset = RandomDocuments.Cursor(random, document);
        var said = RandomDocuments.Next(random, random.Next(1, 4));
        var from = random.Next(3) == 0 ? offset : RandomDocuments.Cursor(random, document);
        said += document[from..];
        return (document, offset, random.Next(2) == 0 ? said : "\n" + said);
    }

    private static string Blanks(string line) => line[..(line.Length - line.TrimStart().Length)];

    private static string Balanced(Random random, int depth)
    {
        var text = "";
        for (var i = random.Next(depth == 0 ? 3 : 0, 4); i > 0; i--)
        {
            var (open, close) = random.Next(3) switch { 0 => ('(', ')'), 1 => ('[', ']'), _ => ('{', '}') };
            text += random.Next(4) switch
            {
                0 => "word",
                1 => "\n",
                _ when depth < 4 => open + Balanced(random, depth + 1) + close,
                _ => "other ",
            };
        }
        return text;
    }

    private static string Piece(Random random)
    {
        string[] pieces = ["a", "value ", "(", ")", "[", "]", "{", "}", "\n", ", ", ";"];
        return pieces[random.Next(pieces.Length)];
    }

    private static int UnmatchedClosers(string text)
    {
        var open = new Stack<char>();
        var unmatched = 0;
        foreach (var c in text)
        {
            if (c is '(' or '[' or '{') open.Push(c);
            else if (c is ')' or ']' or '}' && !(open.TryPop(out var last) && (last, c) is ('(', ')') or ('[', ']') or ('{', '}'))) unmatched++;
        }
        return unmatched;
    }
}
