using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Completion.Prompts;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Cli;

/// <summary>Looks into a model on the CPU in F32 arithmetic, whatever the checkpoint's type.</summary>
internal sealed class Inspection(ModelLocation model, ITokenizer? tokenizer, int threads) : IInspection
{
    private readonly Checkpoint _checkpoint = Checkpoint.Open(model.Directory);
    private CpuDecoderModel? _decoder;

    public ModelConfig Config => _checkpoint.Config;

    public ITokenizer? Tokenizer => tokenizer;

    public IReadOnlyList<int> Prompt(string text, int offset)
    {
        if (tokenizer is null) throw new InvalidOperationException("a prompt needs a tokenizer");
        var budget = Math.Min(new CompletionOptions().PromptTokens, Config.MaxPositions);
        return FimPromptBuilder.For(tokenizer, Config).Build(text, offset, budget).Tokens;
    }

    public IReadOnlyList<LayerReading> Read(IReadOnlyList<int> tokens, CancellationToken cancellationToken)
    {
        var layers = LayerInspector.Read(Decoder(tokens.Count), [.. tokens], cancellationToken);
        return [.. layers.Select((logits, layer) => new LayerReading(layer + 1, logits))];
    }

    public IReadOnlyList<PolicyStop> Follow(
        IReadOnlyList<int> tokens, IExitPolicy policy, IReadOnlyList<float> place, CancellationToken cancellationToken) =>
        PolicyInspector.Read(Decoder(tokens.Count), [.. tokens], policy, new GenerationOptions { Place = place }, cancellationToken);

    public void Dispose()
    {
        _decoder?.Dispose();
        _checkpoint.Dispose();
    }

    /// <summary>Both looks take the same prompt: the weights are packed once, with room for just that.</summary>
    private CpuDecoderModel Decoder(int positions)
    {
        if (_decoder?.ContextLength >= positions) return _decoder;
        _decoder?.Dispose();
        return _decoder = new CpuDecoderModel(Checkpoint.Open(model.Directory), ExactPrecision(), Math.Max(1, positions), threads);
    }

    /// <summary>BF16 where that holds every weight as it is: half the memory, the same numbers.</summary>
    private WeightPrecision ExactPrecision()
    {
        var tensors = _checkpoint.Tensors;
        var weights = tensors.Layers
            .SelectMany(layer => new[] { layer.Query, layer.Key, layer.Value, layer.Output, layer.Gate, layer.Up, layer.Down })
            .Concat([tensors.Head, tensors.ProjectIn, tensors.ProjectOut]);
        return weights.All(linear => linear is null or { Weight.Type: TensorType.BF16 }) ? WeightPrecision.BF16 : WeightPrecision.F32;
    }
}
