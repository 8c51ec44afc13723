using CodeExit.Completion.Prompts;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Training.States;

namespace CodeExit.Cli;

/// <summary>Makes texts to learn from of tasks: prompts as the service asks them, shorter, as most of a prompt's length teaches nothing new.</summary>
internal static class TuningTexts
{
    private const int PromptTokens = 256;

    public static IReadOnlyList<TuningText> Of(IEnumerable<CompletionTask> tasks, ITokenizer tokenizer, ModelConfig config)
    {
        var prompts = FimPromptBuilder.For(tokenizer, config);
        var end = config.EndOfTextTokens.Concat(tokenizer.EndOfText).Take(1).ToArray();
        var texts = new List<TuningText>();
        var truth = new List<int>();
        foreach (var task in tasks)
        {
            var prompt = prompts.Build(task.Text, task.Offset, Math.Min(PromptTokens, config.MaxPositions / 2)).Tokens;
            if (prompt.Count == 0) continue;
            truth.Clear();
            tokenizer.Encode(task.Truth, SpecialTokens.AsText, truth);
            texts.Add(new TuningText([.. prompt], [.. truth, .. end], PlaceFeatures.Of(task.Text, task.Offset, task.LanguageId)));
        }
        return texts;
    }
}
