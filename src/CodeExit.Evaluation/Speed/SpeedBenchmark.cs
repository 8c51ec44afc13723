using System.Diagnostics;
using CodeExit.Inference.Decoding;

namespace CodeExit.Evaluation.Speed;

/// <summary>
/// Times one model: prefill and decode in turn, so that a machine that slows down or speeds up meets both alike. Prompts are random ids,
/// fresh for each run: nothing is ever reused unless reuse is what is measured.
/// </summary>
public sealed class SpeedBenchmark(SpeedOptions options, Action<string> progress)
{
    private const int TypedTokens = 4;
    private static readonly HashSet<int> NoEnd = [];
    private readonly Random _random = new(20261122);

    /// <param name="open">Opens the model; timed, as part of the cold start. The benchmark disposes what it opens.</param>
    /// <exception cref="ArgumentException">The model's context is too short to measure in.</exception>
    public SpeedMeasurement Run(Func<SpeedSubject> open, CancellationToken cancellationToken)
    {
        progress("opening the model");
        var began = Stopwatch.GetTimestamp();
        using var subject = open();
        var context = subject.Generator.ContextLength;
        if (context < 2 * (options.DecodeTokens + 1))
        {
            throw new ArgumentException($"the context of {subject.Model} holds {context} tokens; timing takes at least {2 * (options.DecodeTokens + 1)}");
        }
        var prompt = Prompt(subject, Math.Min(options.SuggestionTokens, context - TypedTokens - 1));
        Generate(subject, prompt, 1, cancellationToken);
        var cold = Stopwatch.GetElapsedTime(began).TotalMilliseconds;

        var prefillTokens = Math.Min(options.PrefillTokens, context - 1);
        var prefills = new List<double>();
        var decodes = new List<double>();
        var warm = new List<double>();
        var typing = new List<double>();
        for (var round = -1; round < options.Repeats; round++)
        {
            progress(round < 0 ? "warming up" : $"round {round + 1} of {options.Repeats}");
            var prefill = Generate(subject, Prompt(subject, prefillTokens), 1, cancellationToken).Prefill;
            var decode = Generate(subject, Prompt(subject, 1), options.DecodeTokens + 1, cancellationToken).Decode;
            prompt = Prompt(subject, prompt.Length);
            var first = Generate(subject, prompt, 1, cancellationToken).FirstToken;
            var next = Generate(subject, [.. prompt, .. Prompt(subject, TypedTokens)], 1, cancellationToken).FirstToken;
            if (round < 0) continue; // code not compiled yet, caches and clocks cold
            prefills.Add(prefill.TotalSeconds);
            decodes.Add(decode.TotalSeconds);
            warm.Add(first.TotalMilliseconds);
            typing.Add(next.TotalMilliseconds);
        }
        return new SpeedMeasurement(
            subject.Model, subject.Work, subject.Precision, subject.Threads, subject.BytesPerWeight,
            prefillTokens, Median(prefills), options.DecodeTokens, Median(decodes), new FirstSuggestion(cold, Median(warm), Median(typing)));
    }

    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    internal static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static GenerationResult Generate(SpeedSubject subject, int[] prompt, int tokens, CancellationToken cancellationToken) =>
        subject.Generator.Generate(prompt, new GenerationOptions { MaxTokens = tokens }, subject.Policy, NoEnd, observer: null, cancellationToken);

    private int[] Prompt(SpeedSubject subject, int length)
    {
        var prompt = new int[length];
        for (var i = 0; i < length; i++) prompt[i] = _random.Next(subject.Generator.Config.VocabularySize);
        return prompt;
    }
}
