using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Cli;

/// <summary>Takes a known time for everything: a millisecond for each new prompt token, two for each decoded one where nothing else is said.</summary>
internal sealed class FakeGenerator : IGenerator
{
    private int[] _cached = [];

    public List<(int Length, int Reused, int MaxTokens)> Calls { get; } = [];

    public ModelConfig Config { get; init; } = TestConfig.Create(vocabulary: 1 << 20, context: 2048, layers: 3);

    public int ContextLength { get; init; } = 2048;

    public string Device => "cpu";

    public bool Disposed { get; private set; }

    /// <summary>Of a decoded token, by the layers that the policy lets it run.</summary>
    public Func<int, double> MsPerToken { get; init; } = _ => 2;

    /// <summary>Told of the layers and tokens of each run.</summary>
    public Action<int, int>? Ran { get; set; }

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reused = prompt.CommonPrefixLength(_cached);
        _cached = prompt.ToArray();
        Calls.Add((prompt.Length, reused, options.MaxTokens));
        policy.Begin(Config, options);
        var layers = policy.NextStop(0);
        Ran?.Invoke(layers, options.MaxTokens);
        var prefill = TimeSpan.FromMilliseconds(prompt.Length - reused);
        return new GenerationResult(
            new int[options.MaxTokens], GenerationEnd.Budget, prompt.Length, reused, new int[options.MaxTokens],
            prefill, prefill, TimeSpan.FromMilliseconds(MsPerToken(layers) * (options.MaxTokens - 1)));
    }

    public void Dispose() => Disposed = true;
}
