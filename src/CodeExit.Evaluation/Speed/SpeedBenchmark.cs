using System.Diagnostics;
using CodeExit.Evaluation.Machine;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Evaluation.Speed;

/// <summary>
/// Times one model and the machine under it in turn: prefill, decode, bandwidth and arithmetic peak in every round, so that a machine that
/// slows down or speeds up meets all alike.
/// </summary>
/// <param name="progress">Told how far it is.</param>
/// <param name="time">The meter's clock, where there is one; times of the model are by <see cref="Stopwatch"/>.</param>
public sealed class SpeedBenchmark(SpeedOptions options, Action<string> progress, TimeProvider? time = null)
{
    private const int TypedTokens = 4;

    /// <param name="open">Opens the model; timed, as part of the cold start. The benchmark disposes what it opens.</param>
    /// <param name="createMeter">Makes a meter of the device that runs the model, which the benchmark disposes; null where no joules are asked for.</param>
    /// <exception cref="ArgumentException">The model's context is too short to measure in.</exception>
    /// <exception cref="InvalidDataException">Joules are asked for, and cannot be had of one kind.</exception>
    public async Task<SpeedMeasurement> RunAsync(Func<SpeedSubject> open, Func<SpeedSubject, EnergyMeter>? createMeter, CancellationToken cancellationToken)
    {
        progress("opening the model");
        var began = Stopwatch.GetTimestamp();
        using var subject = open();
        var context = subject.Generator.ContextLength;
        if (context < 2 * (options.DecodeTokens + 1))
        {
            throw new ArgumentException($"the context of {subject.Model} holds {context} tokens; timing takes at least {2 * (options.DecodeTokens + 1)}");
        }
        var runs = new SpeedRuns(subject);
        var prompt = runs.Prompt(Math.Min(options.SuggestionTokens, context - TypedTokens - 1));
        runs.Generate(prompt, 1, cancellationToken);
        var cold = Stopwatch.GetElapsedTime(began).TotalMilliseconds;

        var measurement = Rounds(subject, runs, prompt.Length, cold, cancellationToken) with { BatchCost = BatchCosts(subject, cancellationToken) };
        if (createMeter is null) return measurement;
        using var meter = createMeter(subject);
        return measurement with
        {
            Joules = await TokenJoules.MeasureAsync(subject, runs, options, meter, time ?? TimeProvider.System, progress, cancellationToken).ConfigureAwait(false),
        };
    }

    private SpeedMeasurement Rounds(SpeedSubject subject, SpeedRuns runs, int suggestionTokens, double cold, CancellationToken cancellationToken)
    {
        var prefillTokens = Math.Min(options.PrefillTokens, subject.Generator.ContextLength - 1);
        var (prefills, decodes, warm, typing) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var machines = new List<MachineCapability>();
        var device = subject.Traffic is null ? null : new DeviceRuns(subject, runs, options);
        for (var round = -1; round < options.Repeats; round++)
        {
            progress(round < 0 ? "warming up" : $"round {round + 1} of {options.Repeats}");
            var run = runs.Generate(runs.Prompt(prefillTokens), 1, cancellationToken);
            // A device may still be at work on what it was given; the first token, a read-out of one position more, has seen the end of it.
            var prefill = device is null ? run.Prefill : run.FirstToken;
            var decode = runs.Generate(runs.Prompt(1), options.DecodeTokens + 1, cancellationToken).Decode;
            var prompt = runs.Prompt(suggestionTokens);
            var first = runs.Generate(prompt, 1, cancellationToken).FirstToken;
            var next = runs.Generate([.. prompt, .. runs.Prompt(TypedTokens)], 1, cancellationToken).FirstToken;
            device?.Round(counts: round >= 0, cancellationToken);
            var machine = subject.Machine.Measure();
            if (round < 0) continue; // code not compiled yet, caches and clocks cold
            prefills.Add(prefill.TotalSeconds);
            decodes.Add(decode.TotalSeconds);
            warm.Add(first.TotalMilliseconds);
            typing.Add(next.TotalMilliseconds);
            machines.Add(machine);
        }
        return new SpeedMeasurement(
            subject.Model, subject.Work, subject.Precision, subject.Threads, subject.BytesPerWeight,
            prefillTokens, Statistics.Median(prefills), options.DecodeTokens, Statistics.Median(decodes),
            new FirstSuggestion(cold, Statistics.Median(warm), Statistics.Median(typing)), MachineCapability.Median(machines))
        {
            Card = subject.Machine.Card,
            Device = device?.Result(cancellationToken),
        };
    }

    private BatchCost? BatchCosts(SpeedSubject subject, CancellationToken cancellationToken)
    {
        if (subject.Decoder is null) return null;
        progress("batches");
        return BatchCost.Measure(subject.Decoder, cancellationToken);
    }
}
