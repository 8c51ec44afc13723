using CodeExit.Cli.Output;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Cli;

/// <summary>What a model folder holds, as <c>model info</c> tells it.</summary>
/// <param name="WeightType">Type of the token embedding in the file: "bf16".</param>
/// <param name="TokenizerVocabulary">Null where the folder has no tokenizer.</param>
/// <param name="FillInTheMiddle">Whether the tokenizer has a FIM set; without one prompts hold the prefix only.</param>
internal sealed record ModelDescription(
    string Model,
    string Directory,
    string Family,
    long Parameters,
    string WeightType,
    int Layers,
    IReadOnlyList<int> ExitLayers,
    int HiddenSize,
    int IntermediateSize,
    int Heads,
    int KeyValueHeads,
    int HeadDim,
    int Vocabulary,
    int ContextLength,
    bool TiedEmbedding,
    int? TokenizerVocabulary,
    bool FillInTheMiddle)
{
    /// <summary>Of the host that it was pulled from; null where it was not pulled.</summary>
    public string? Commit { get; init; }

    /// <summary>Where it could go, and whether it fits there, as <c>auto</c> would hold it.</summary>
    public DevicesJson? Devices { get; init; }

    /// <param name="tokenizer">Null where the folder has none.</param>
    public static ModelDescription Of(string name, Checkpoint checkpoint, ITokenizer? tokenizer)
    {
        var config = checkpoint.Config;
        return new ModelDescription(
            name,
            checkpoint.Directory,
            config.ModelType,
            ModelWork.Of(config, checkpoint.Tensors).Parameters,
            Text(checkpoint.Tensors.TokenEmbedding.Type),
            config.LayerCount,
            config.ExitLayers,
            config.HiddenSize,
            config.IntermediateSize,
            config.HeadCount,
            config.KeyValueHeadCount,
            config.HeadDim,
            config.VocabularySize,
            config.MaxPositions,
            config.TiedEmbedding,
            tokenizer?.VocabularySize,
            tokenizer?.Fim is not null);
    }

    private static string Text(TensorType type) => type switch
    {
        TensorType.F32 => "f32",
        TensorType.F16 => "f16",
        TensorType.BF16 => "bf16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a tensor type"),
    };
}
