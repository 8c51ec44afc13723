using CodeExit.Completion;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Completion.Fakes;

/// <summary>Says what it is told to, token by token, and keeps the prompts it was given. One thread at a time, as the contract says.</summary>
internal sealed class ScriptedGenerator : IGenerator
{
    private int _inUse;

    public ModelConfig Config { get; init; } = new()
    {
        ModelType = "llama",
        VocabularySize = 262,
        HiddenSize = 8,
        IntermediateSize = 8,
        LayerCount = 6,
        HeadCount = 1,
        KeyValueHeadCount = 1,
        HeadDim = 8,
        MaxPositions = 4096,
        Norm = NormKind.RootMeanSquare,
        NormEpsilon = 1e-5f,
        Activation = Activation.Silu,
        SlidingWindows = [null, null, null, null, null, null],
        EmbeddingSize = 8,
        TiedEmbedding = true,
        ExitLayers = [6],
    };

    public int ContextLength { get; init; } = 4096;

    public string Device { get; init; } = "cpu";

    /// <summary>The tokens that follow a prompt. The end token ends them, as does their end.</summary>
    public required Func<int[], CancellationToken, IEnumerable<int>> Script { get; init; }

    public List<int[]> Prompts { get; } = [];

    public GenerationOptions? LastOptions { get; private set; }

    public int TokensProduced { get; private set; }

    public bool IsDisposed { get; private set; }

    public static ScriptedGenerator Saying(string text) => new() { Script = (_, _) => ByteTokenizer.Tokens(text) };

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt,
        GenerationOptions options,
        IExitPolicy policy,
        IReadOnlySet<int> endTokens,
        ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        Assert.False(prompt.IsEmpty);
        Assert.False(IsDisposed);
        Assert.Equal(0, Interlocked.Exchange(ref _inUse, 1));
        try
        {
            Prompts.Add(prompt.ToArray());
            LastOptions = options;
            List<int> tokens = [];
            var end = Decode(Script(prompt.ToArray(), cancellationToken), tokens, options, endTokens, observer, cancellationToken);
            TokensProduced += tokens.Count;
            policy.Begin(Config, options);
            int[] layers = [.. tokens.Select(_ => policy.NextStop(0))];
            return new GenerationResult(tokens, end, prompt.Length, 0, layers, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        }
        finally
        {
            Interlocked.Exchange(ref _inUse, 0);
        }
    }

    public LoadedModel Loaded() => new("scripted", this, new ByteTokenizer());

    public void Dispose() => IsDisposed = true;

    private static GenerationEnd Decode(
        IEnumerable<int> script, List<int> tokens, GenerationOptions options, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        foreach (var token in script)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (endTokens.Contains(token)) return GenerationEnd.EndOfText;
            tokens.Add(token);
            if (observer?.OnToken(token) == false) return GenerationEnd.Observer;
            if (tokens.Count == options.MaxTokens) return GenerationEnd.Budget;
        }
        return GenerationEnd.EndOfText;
    }
}
