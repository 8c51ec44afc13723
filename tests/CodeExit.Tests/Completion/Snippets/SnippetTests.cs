using CodeExit.Completion.Snippets;

namespace CodeExit.Tests.Completion.Snippets;

public sealed class SnippetTests
{
    private const string Text = "class Order:\n    def total(self):\n        return sum(item.price for item in self.items)\n\n    def discount(self, percent):\n        return self.";

    [Fact]
    public void Choose_OtherFiles_TakesWhatSharesIdentifiersTheMostSimilarLast()
    {
        var chosen = Choose(
            Other("far.py", "import socket\nsocket.create_connection(address)\n"),
            Other("near.py", "class Basket:\n    def discount(self, percent):\n        return self.total() * percent\n"),
            Other("next.py", "def total(items):\n    return sum(price for price in items if something_else(other_thing))\n"));

        Assert.Equal(["next.py", "near.py"], chosen.Select(each => each.FileName));
    }

    [Fact]
    public void Choose_NoRoom_TakesTheNextThatFits()
    {
        var (large, small) = (Other("large.py", "def discount(self, percent):\n    return self.total() * percent\n"), Other("small.py", "def total(self):\n    return\n"));

        var chosen = Snippet.Choose(new OpenFiles("a.py", [large, small]), Text, 0, Text.Length, snippet => snippet.FileName != "large.py");

        Assert.Equal(["small.py"], chosen.Select(each => each.FileName));
    }

    [Fact]
    public void Choose_WindowStartsBelow_KnowsImportsAndTheBlocksAround()
    {
        var file = "import os\nfrom shop import (\n    Order)\n\nx = 1\n\nclass Basket:\n    size = 3\n\n    def total(self):\n        first = 1\n        ";
        var start = file.IndexOf("        first", StringComparison.Ordinal);

        var chosen = Assert.Single(Snippet.Choose(new OpenFiles("a.py", []), file, start, file.Length, _ => true));

        Assert.Equal(new Snippet("a.py", "import os\nfrom shop import (\nclass Basket:\n    def total(self):\n"), chosen);
    }

    [Fact]
    public void Split_LongFile_HoldsEveryVisibleLineOnceInSmallPieces()
    {
        var lines = Enumerable.Range(0, 500).Select(line => line % 13 == 0 ? "" : $"    name_{line} = {line}").ToArray();

        var chunks = CodeChunk.Split(string.Join("\r\n", lines));

        Assert.All(chunks, chunk => Assert.InRange(chunk.Text.Count(character => character == '\n'), 2, 16));
        Assert.Equal(lines.Where(line => line != ""), chunks.SelectMany(chunk => chunk.Text.Split('\n')).Where(line => line != ""));
    }

    [Fact]
    public void Split_MinifiedFile_IsLeftOut() => Assert.Empty(CodeChunk.Split(new string('x', 10_000) + "\n" + new string('y', 10_000)));

    [Theory]
    [InlineData("alpha beta", "beta gamma", 1.0 / 3)]
    [InlineData("alpha.beta(alpha)", "beta_alpha", 0)]
    [InlineData("alpha beta", "beta; alpha", 1)]
    [InlineData("a b 123", "x y 123", 0)]
    public void Similarity_TwoPieces_IsJaccards(string one, string other, double similarity) =>
        Assert.Equal(similarity, Identifiers.In(one).Similarity(Identifiers.In(other)), 1e-9);

    private static IReadOnlyList<Snippet> Choose(params OtherFile[] others) => Snippet.Choose(new OpenFiles("a.py", others), Text, 0, Text.Length, _ => true);

    private static OtherFile Other(string name, string text) => new(name, "python", () => text);
}
