using CodeExit.Completion;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Tests.Cli;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Evaluation.Calibration;

/// <summary>Says what its depth makes it say. Six layers, exits after 2, 4 and 6.</summary>
/// <param name="says">From the depth and the prompt's text to the answer.</param>
internal sealed class DepthGenerator(Func<int, string, string> says) : IGenerator
{
    public const int Layers = 6;

    /// <summary>Milliseconds that a look costs; there is one where a token leaves early.</summary>
    public int LookCost { get; init; }

    /// <summary>Depth of every generation.</summary>
    public List<int> Calls { get; } = [];

    public ModelConfig Config { get; } = TestConfig.Create(vocabulary: 262, context: 4096, layers: Layers) with { ExitLayers = [2, 4, 6] };

    public int ContextLength => 4096;

    public string Device => "cpu";

    public LoadedModel Loaded() => new("depths", this, new ByteTokenizer());

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        policy.Begin(Config, options);
        var depth = Math.Min(Layers, policy.NextStop(0));
        Calls.Add(depth);
        var text = string.Concat(prompt.ToArray().Where(token => token < 256).Select(token => (char)token));
        var tokens = new List<int>();
        foreach (var token in ByteTokenizer.Tokens(says(depth, text)))
        {
            tokens.Add(token);
            if (!observer!.OnToken(token)) break;
        }
        var took = TimeSpan.FromMilliseconds((depth + (depth < Layers ? LookCost : 0)) * tokens.Count);
        return new GenerationResult(
            tokens, GenerationEnd.EndOfText, prompt.Length, 0, [.. tokens.Select(_ => depth)], TimeSpan.Zero, TimeSpan.Zero, took)
        { Work = depth * tokens.Count };
    }

    public void Dispose() { }
}
