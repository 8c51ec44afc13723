using System.Text;
using CodeExit.Inference.Tokenization.Patterns;
using CodeExit.Inference.Tokenization.PreTokenizers;

namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>Reads <c>normalizer</c> and <c>pre_tokenizer</c>.</summary>
internal static class PipelineFile
{
    public static IReadOnlyList<NormalizationForm> ReadNormalizer(JsonPart? part)
    {
        if (part is not { } normalizer)
            return [];
        var type = normalizer.Required("type").Text();
        if (type == "Sequence")
            return [.. normalizer.Required("normalizers").Items().SelectMany(item => ReadNormalizer(item))];
        NormalizationForm[] forms = type switch
        {
            "NFC" => [NormalizationForm.FormC],
            "NFD" => [NormalizationForm.FormD],
            "NFKC" => [NormalizationForm.FormKC],
            "NFKD" => [NormalizationForm.FormKD],
            _ => throw normalizer.Error($"the type {type} is not supported; supported are NFC, NFD, NFKC, NFKD and Sequence"),
        };
        return TextNormalizer.IsAvailable
            ? forms
            : throw normalizer.Error($"{type} needs ICU, which this process runs without (invariant globalization); install libicu");
    }

    /// <summary>Reads a pre-tokenizer that ends in ByteLevel, as every byte-level BPE does.</summary>
    public static IPreTokenizer ReadPreTokenizer(JsonPart part)
    {
        var steps = Flatten(part).ToList();
        if (steps.Count == 0 || TypeOf(steps[^1]) != "ByteLevel" || steps.Count(step => TypeOf(step) == "ByteLevel") != 1)
            throw part.Error("must end in its one ByteLevel step; only byte-level BPE is supported");
        var stages = steps.Select(ReadStep).ToArray();
        return stages.Length == 1 ? stages[0] : new SequencePreTokenizer(stages);
    }

    private static string TypeOf(JsonPart part) => part.Required("type").Text();

    private static IEnumerable<JsonPart> Flatten(JsonPart part) =>
        TypeOf(part) == "Sequence" ? part.Required("pretokenizers").Items().SelectMany(Flatten) : [part];

    private static IPreTokenizer ReadStep(JsonPart part) => TypeOf(part) switch
    {
        "Split" => new SplitPreTokenizer(ReadPattern(part.Required("pattern")), ReadBehavior(part), part.Flag("invert", absent: false)),
        "Digits" => new SplitPreTokenizer(
            new ScalarPattern(new SetNode(UnicodeClasses.Number)),
            part.Flag("individual_digits", absent: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous,
            invert: false),
        "ByteLevel" => new ByteLevelPreTokenizer(
            part.Flag("add_prefix_space", absent: true),
            part.Flag("use_regex", absent: true)
                ? new SplitPreTokenizer(new ScalarPattern(ScalarPattern.Gpt2), SplitBehavior.Isolated, invert: false)
                : null),
        var type => throw part.Error($"the type {type} is not supported; supported are Split, Digits, ByteLevel and Sequence"),
    };

    private static SplitBehavior ReadBehavior(JsonPart part)
    {
        var behavior = part.Required("behavior");
        var name = behavior.Text();
        return name switch
        {
            nameof(SplitBehavior.Isolated) => SplitBehavior.Isolated,
            nameof(SplitBehavior.Removed) => SplitBehavior.Removed,
            nameof(SplitBehavior.MergedWithPrevious) => SplitBehavior.MergedWithPrevious,
            nameof(SplitBehavior.MergedWithNext) => SplitBehavior.MergedWithNext,
            nameof(SplitBehavior.Contiguous) => SplitBehavior.Contiguous,
            _ => throw behavior.Error($"is '{name}'; it must be one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}"),
        };
    }

    private static ScalarPattern ReadPattern(JsonPart pattern)
    {
        try
        {
            return pattern.Optional("Regex") is { } regex
                ? new ScalarPattern(regex.Text())
                : new ScalarPattern(PatternParser.Literal(pattern.Required("String").Text()));
        }
        catch (PatternException exception)
        {
            throw pattern.Error(exception.Message);
        }
    }
}
