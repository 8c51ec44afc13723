using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Tests.Inference.EarlyExit;

[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class StoppingPolicyTests
{
    private const int Most = 12;

    /// <summary>Whatever the policy inside does, and however it decodes: what it would have written stays, up to where it stops.</summary>
    [Theory]
    [InlineData("full")]
    [InlineData("fixed:8")]
    [InlineData("fixed:7")] // between two exits
    [InlineData("softmax:0.5,kv=propagate")]
    [InlineData("price:0.1")]
    [InlineData("sequence:0.5")]
    [InlineData("speculative:6,confidence=0")]
    public void Generate_WithStop_WritesABeginningOfWhatThePolicyWrites(string spec)
    {
        var folder = RepositoryFiles.Path("models", "default");
        using var generator = new Generator(TestDevice.Open(Checkpoint.Open(folder), WeightPrecision.Int8, 128, threads: 1));
        var (stopped, partly) = (0, 0);
        foreach (var prompt in Prompts(BytePairTokenizer.Load(folder)))
        {
            var whole = Generate(generator, prompt, spec);

            var cut = Generate(generator, prompt, $"{spec},stop=0.6");
            var never = Generate(generator, prompt, $"{spec},stop=1");

            Assert.Equal(whole.Tokens, never.Tokens);
            Assert.Equal(whole.Tokens.Take(cut.Tokens.Count), cut.Tokens);
            Assert.Equal(cut.Tokens.Count < whole.Tokens.Count, cut.End == GenerationEnd.Policy);
            if (cut.End != GenerationEnd.Policy) continue;
            stopped++;
            if (cut.Tokens.Count > 0) partly++;
        }
        Assert.True(stopped > 0 && partly > 0, $"{stopped} texts were stopped, {partly} of them after their first token: one way was not gone");
    }

    private static GenerationResult Generate(Generator generator, int[] prompt, string spec) => generator.Generate(
        prompt, new GenerationOptions { MaxTokens = Most }, ExitPolicies.Parse(spec, generator.Config), new HashSet<int>(), null, CancellationToken.None);

    private static IEnumerable<int[]> Prompts(BytePairTokenizer tokenizer)
    {
        var tokens = new List<int>();
        tokenizer.Encode(File.ReadAllText(RepositoryFiles.Path("models", "pretraining", "training", "model.py")), CodeExit.Inference.Tokenization.SpecialTokens.AsText, tokens);
        for (var start = 0; start + 40 < tokens.Count; start += 61) yield return [.. tokens.Skip(start).Take(40)];
    }
}
