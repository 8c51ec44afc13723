using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Tests.Inference.Decoding;

/// <summary>Requests cancelled at any moment of prefill and decode, each followed by one that must not notice.</summary>
internal static class RandomCancellation
{
    private const int Rounds = 40;
    private static readonly GenerationOptions Options = new() { MaxTokens = 8 };
    private static readonly HashSet<int> NoEnd = [];

    /// <param name="policy">Of the requests that are cancelled.</param>
    /// <param name="fresh">The same model, of which nothing is ever cancelled.</param>
    public static void AssertNextAnswerIsRight(Generator generator, Generator fresh, IExitPolicy policy, Random random)
    {
        var full = new FullDepthPolicy();
        var cancelled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            int[] prompt = [.. Enumerable.Range(0, random.Next(2, 450)).Select(_ => random.Next(generator.Config.VocabularySize))];
            if (IsCancelled(generator, prompt, policy, spins: random.Next(200_000))) cancelled++;
            var next = prompt[..random.Next(1, prompt.Length)];

            Assert.Equal(
                fresh.Generate(next, Options, full, NoEnd, null, CancellationToken.None).Tokens,
                generator.Generate(next, Options, full, NoEnd, null, CancellationToken.None).Tokens);
        }
        Assert.True(cancelled > 0, "no round was cancelled in time: the test shows nothing");
    }

    private static bool IsCancelled(Generator generator, int[] prompt, IExitPolicy policy, int spins)
    {
        using var source = new CancellationTokenSource();
        var canceller = new Thread(() =>
        {
            Thread.SpinWait(spins);
            source.Cancel();
        });
        canceller.Start();
        try
        {
            generator.Generate(prompt, Options, policy, NoEnd, null, source.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            canceller.Join();
        }
    }
}
