using System.Globalization;

namespace CodeExit.Cli.Output;

/// <summary>A model folder for a person. Plain aligned text: it also measures what starting the command line costs.</summary>
internal static class ModelView
{
    public static void Write(TextWriter output, ModelDescription model)
    {
        Line("model", $"{model.Model}");
        Line("folder", $"{model.Directory}");
        if (model.Commit is { } commit) Line("commit", $"{commit}");
        Line("family", $"{model.Family}");
        Line("parameters", $"{model.Parameters / 1e6:0.0} M, {model.WeightType}{(model.TiedEmbedding ? ", tied head" : "")}");
        Line("layers", $"{model.Layers} × {model.HiddenSize}, feed-forward {model.IntermediateSize}");
        Line("attention", $"{model.Heads} query heads, {model.KeyValueHeads} key/value heads of {model.HeadDim}");
        Line("exit layers", $"{string.Join(", ", model.ExitLayers)}");
        Line("context", $"{model.ContextLength} tokens");
        Line("vocabulary", $"{model.Vocabulary}{(model.TokenizerVocabulary is { } size ? $", tokenizer {size}" : ", no tokenizer")}");
        Line("infilling", $"{(model.FillInTheMiddle ? "yes" : "no: prompts hold the text before the cursor only")}");
        foreach (var device in model.Devices?.List ?? []) Line($"device {device.Index}", $"{DeviceText.Of(device)}");
        if (model.Devices?.Reason is { } none) Line("device", $"the processor alone: {none}");

        void Line(string name, FormattableString value) => output.WriteLine($"{name,-12} {value.ToString(CultureInfo.InvariantCulture)}");
    }
}
