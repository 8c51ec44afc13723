using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;

namespace CodeExit.Evaluation.Speed;

/// <summary>Generations to be timed. Prompts are random ids, fresh for each run: nothing is ever reused unless reuse is what is measured.</summary>
internal sealed class SpeedRuns(SpeedSubject subject)
{
    private static readonly HashSet<int> NoEnd = [];
    private readonly Random _random = new(20261122);

    public int[] Prompt(int length)
    {
        var prompt = new int[length];
        for (var i = 0; i < length; i++) prompt[i] = _random.Next(subject.Generator.Config.VocabularySize);
        return prompt;
    }

    /// <summary>Runs the prompt and writes so many tokens, at full depth where no policy is given.</summary>
    public GenerationResult Generate(int[] prompt, int tokens, CancellationToken cancellationToken, IExitPolicy? policy = null) =>
        subject.Generator.Generate(prompt, new GenerationOptions { MaxTokens = tokens }, policy ?? subject.Policy, NoEnd, observer: null, cancellationToken);
}
