using System.Diagnostics;
using CodeExit.Evaluation.Machine;
using CodeExit.Inference.Decoding;

namespace CodeExit.Evaluation.Speed;

/// <summary>
/// Times one model and the machine under it in turn: prefill, decode, bandwidth and arithmetic peak in every round, so that a machine that
/// slows down or speeds up meets all alike. Prompts are random ids, fresh for each run: nothing is ever reused unless reuse is what is
/// measured.
/// </summary>
/// <param name="measureMachine">Called once a round.</param>
public sealed class SpeedBenchmark(SpeedOptions options, Func<MachineCapability> measureMachine, Action<string> progress)
{
    private const int TypedTokens = 4;
    private static readonly HashSet<int> NoEnd = [];
    private readonly Random _random = new(20261122);

    /// <param name="open">Opens the model; timed, as part of the cold start. The benchmark disposes what it opens.</param>
    /// <exception cref="ArgumentException">The model's context is too short to measure in.</exception>
    public (SpeedMeasurement Model, MachineCapability Machine) Run(Func<SpeedSubject> open, CancellationToken cancellationToken)
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
        var machines = new List<MachineCapability>();
        for (var round = -1; round < options.Repeats; round++)
        {
            progress(round < 0 ? "warming up" : $"round {round + 1} of {options.Repeats}");
            var prefill = Generate(subject, Prompt(subject, prefillTokens), 1, cancellationToken).Prefill;
            var decode = Generate(subject, Prompt(subject, 1), options.DecodeTokens + 1, cancellationToken).Decode;
            prompt = Prompt(subject, prompt.Length);
            var first = Generate(subject, prompt, 1, cancellationToken).FirstToken;
            var next = Generate(subject, [.. prompt, .. Prompt(subject, TypedTokens)], 1, cancellationToken).FirstToken;
            var machine = measureMachine();
            if (round < 0) continue; // code not compiled yet, caches and clocks cold
            prefills.Add(prefill.TotalSeconds);
            decodes.Add(decode.TotalSeconds);
            warm.Add(first.TotalMilliseconds);
            typing.Add(next.TotalMilliseconds);
            machines.Add(machine);
        }
        var measurement = new SpeedMeasurement(
            subject.Model, subject.Work, subject.Precision, subject.Threads, subject.BytesPerWeight,
            prefillTokens, Statistics.Median(prefills), options.DecodeTokens, Statistics.Median(decodes), new FirstSuggestion(cold, Statistics.Median(warm), Statistics.Median(typing)))
        {
            BatchCost = BatchCosts(subject, cancellationToken),
        };
        return (measurement, MachineCapability.Median(machines));
    }

    private BatchCost? BatchCosts(SpeedSubject subject, CancellationToken cancellationToken)
    {
        if (subject.Decoder is null) return null;
        progress("batches");
        return BatchCost.Measure(subject.Decoder, cancellationToken);
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
