using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.Tokenization;

public class BytePairMergerTests
{
    [Fact]
    public void Apply_RandomRulesAndWords_EqualsTheDefinition()
    {
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var table = new MergeTable();
            var rules = new Dictionary<(int, int), Merge>();
            for (var rank = 0; rank < 12; rank++)
            {
                var (left, right) = (random.Next(4 + rank), random.Next(4 + rank));
                rules[(left, right)] = new Merge(rank, 4 + rank);
                table.Set(left, right, new Merge(rank, 4 + rank));
            }
            // Both algorithms of the merger: short words are scanned, long ones go through a queue.
            var word = Enumerable.Range(0, random.Next(0, 250)).Select(_ => random.Next(4)).ToArray();
            var expected = MergeByDefinition([.. word], rules);
            var count = new BytePairMerger(table).Apply(word);
            Assert.Equal(expected, word[..count]);
        }
    }

    [Fact]
    public void Find_ManyMerges_FindsEachAndNoOther()
    {
        var table = new MergeTable();
        Assert.Equal(Merge.None, table.Find(0, 0));
        for (var i = 0; i < 50_000; i++)
            table.Set(i % 300, i, new Merge(i, i));
        table.Set(7, 7, new Merge(1, 2));
        table.Forget([9_001]);
        Assert.Equal(new Merge(1, 2), table.Find(7, 7));
        Assert.Equal(Merge.None, table.Find(9_001 % 300, 9_001));
        for (var i = 10_000; i < 50_000; i++)
        {
            Assert.Equal(new Merge(i, i), table.Find(i % 300, i));
            Assert.Equal(Merge.None, table.Find(i % 300 + 1, i));
        }
    }

    // Sennrich et al. 2016: join the neighbours of the best rank, the leftmost of them first, until no rule applies.
    private static List<int> MergeByDefinition(List<int> word, Dictionary<(int, int), Merge> rules)
    {
        while (true)
        {
            var best = Enumerable.Range(0, Math.Max(0, word.Count - 1))
                .Where(i => rules.ContainsKey((word[i], word[i + 1])))
                .OrderBy(i => rules[(word[i], word[i + 1])].Rank).Select(i => (int?)i).FirstOrDefault();
            if (best is not { } at)
                return word;
            word[at] = rules[(word[at], word[at + 1])].Id;
            word.RemoveAt(at + 1);
        }
    }
}
