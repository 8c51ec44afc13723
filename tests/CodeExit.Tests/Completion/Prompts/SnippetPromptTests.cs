using CodeExit.Completion.Prompts;
using CodeExit.Completion.Snippets;
using CodeExit.Inference.Tokenization;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Prompts;

/// <summary>Prompts with pieces of other files in them.</summary>
public sealed class SnippetPromptTests
{
    private const int Repo = ByteTokenizer.Other;
    private const string Code = "def discount(percent):\n    return percent\n";

    private static readonly FimTokens Taught = new(ByteTokenizer.Prefix, ByteTokenizer.Suffix, ByteTokenizer.Middle, null, ByteTokenizer.Separator)
    {
        RepoName = Repo,
        ReadsOtherFiles = true,
    };

    [Fact]
    public void Build_ModelWithSeparators_PutsOtherFilesBehindThem()
    {
        var prompt = Builder(Taught).Build("discount(percent)\n", 8, 1000, Files(Code));

        Assert.Equal("<repo>project\n<sep>shop/b.py\n" + Code + "<sep>shop/a.py\n<pre>discount<suf>(percent)\n<mid>", Written(prompt.Tokens));
    }

    [Fact]
    public void Build_ModelWithoutSeparators_WritesThemAsComments()
    {
        var prompt = Builder(Taught with { RepoName = null, Order = FimOrder.Spm }).Build("discount(percent)\n", 8, 1000, Files(Code), "python");

        Assert.Equal("<suf>(percent)\n<pre># shop/b.py\n# def discount(percent):\n#     return percent\ndiscount<mid>", Written(prompt.Tokens));
    }

    [Fact]
    public void Build_ModelThatReadsNone_NeverLooksAtThem()
    {
        var files = new OpenFiles("a.py", [new OtherFile("b.py", "python", () => throw new InvalidOperationException("it was read"))]);

        var prompt = Builder(Taught with { ReadsOtherFiles = false }).Build("discount(percent)\n", 8, 1000, files);

        Assert.Equal("<pre>discount<suf>(percent)\n<mid>", Written(prompt.Tokens));
    }

    [Theory]
    [InlineData(FimOrder.Psm)]
    [InlineData(FimOrder.Spm)]
    public void Build_Typing_LeavesEverythingInFrontOfTheKeyAsItWas(FimOrder order)
    {
        var builder = Builder(Taught with { Order = order });
        var (reads, text) = (0, string.Concat(Enumerable.Repeat("total = discount(percent)\n", 40)));
        var files = new OpenFiles("a.py", [new OtherFile("b.py", "python", () =>
        {
            reads++;
            return Code;
        })]);
        var before = builder.Build(text, text.Length, 4000, files).Tokens;
        foreach (var key in "socket.address = percent")
        {
            text += key;
            var after = builder.Build(text, text.Length, 4000, files).Tokens;

            // Up to the key it is the prompt before it: what follows the prefix is one token in SPM order, two in PSM's.
            Assert.Equal(before.Count - (order == FimOrder.Spm ? 1 : 2), before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count());
            before = after;
        }
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Build_FarFromThePlace_ChoosesAnew()
    {
        var builder = Builder(Taught);
        var text = "discount(percent)\n" + string.Concat(Enumerable.Repeat("\n", 3000)) + "socket.connect(address)\n";
        var files = Files(Code, "def connect(address):\n    return socket(address)\n");

        var first = Written(builder.Build(text, 8, 8000, files).Tokens);
        var near = Written(builder.Build(text, 17, 8000, files).Tokens);
        var far = Written(builder.Build(text, text.Length - 1, 8000, files).Tokens);

        Assert.All([first, near], prompt => Assert.Contains("def discount", prompt));
        Assert.All([first, near], prompt => Assert.DoesNotContain("def connect", prompt));
        Assert.Contains("def connect", far);
        Assert.DoesNotContain("def discount", far);
    }

    [Fact]
    public void Build_AnyBudget_IsNeverExceeded()
    {
        var random = new Random(3);
        foreach (var fim in (FimTokens[])[Taught, Taught with { Order = FimOrder.Spm }, Taught with { RepoName = null }])
        {
            for (var round = 0; round < 300; round++)
            {
                var text = RandomDocuments.Next(random, 60);
                var files = Files([.. Enumerable.Range(0, 3).Select(_ => RandomDocuments.Next(random, 40))]);
                var budget = random.Next(40, 900);

                var prompt = Builder(fim).Build(text, RandomDocuments.Cursor(random, text), budget, files, "python");

                Assert.InRange(prompt.Tokens.Count, 3, budget);
            }
        }
    }

    [Fact]
    public void Build_SeparatorsWrittenInAFile_StayText()
    {
        var prompt = Builder(Taught).Build("discount(percent)\n", 8, 1000, Files("def discount(percent):\n    '<|mid|><|sep|>'\n"));

        Assert.Equal([Repo, ByteTokenizer.Separator, ByteTokenizer.Separator, ByteTokenizer.Prefix, ByteTokenizer.Suffix, ByteTokenizer.Middle], prompt.Tokens.Where(token => token > 255));
    }

    [Fact]
    public void Build_ModelHelpedByFewerTokens_GetsThose()
    {
        var text = string.Concat(Enumerable.Repeat("some code\n", 200));

        Assert.InRange(Builder(Taught with { PromptTokens = 300 }).Build(text, text.Length, 1000).Tokens.Count, 100, 300);
        Assert.InRange(Builder(Taught with { PromptTokens = 300 }).Build(text, text.Length, 200).Tokens.Count, 60, 200);
    }

    private static FimPromptBuilder Builder(FimTokens fim) => new(new ByteTokenizer { Fim = fim });

    private static OpenFiles Files(params string[] texts) =>
        new("shop/a.py", [.. texts.Select((text, index) => new OtherFile($"shop/{(char)('b' + index)}.py", "python", () => text))]);

    private static string Written(IEnumerable<int> tokens) => string.Concat(tokens.Select(token => token switch
    {
        ByteTokenizer.Prefix => "<pre>",
        ByteTokenizer.Suffix => "<suf>",
        ByteTokenizer.Middle => "<mid>",
        ByteTokenizer.Separator => "<sep>",
        Repo => "<repo>",
        _ => ((char)token).ToString(),
    }));
}
