using CodeExit.Evaluation.Serving;
using CodeExit.Evaluation.Tasks;
using CodeExit.Telemetry;

namespace CodeExit.Evaluation.Energy;

/// <summary>
/// Joules of suggestions, setting against setting. In each trial every setting has one window, in an order that turns, and writes the same
/// suggestions back to back: what is compared differs in the setting and in nothing else, and a machine that grows warm meets all alike.
/// </summary>
/// <param name="progress">Told how far it is.</param>
public sealed class EnergyBenchmark(BenchmarkSubject subject, EnergyBenchmarkOptions options, Action<string> progress)
{
    private static readonly TimeSpan MostJitter = TimeSpan.FromMilliseconds(200);

    private readonly OneLabel _label = new();
    private readonly Random _random = new(options.Seed);

    /// <param name="settings">Held against full depth, which is measured too, whether it is among them or not.</param>
    /// <exception cref="ArgumentException">A setting that the model cannot run; names it.</exception>
    /// <exception cref="InvalidDataException">Windows with different labels, or one without joules.</exception>
    public async Task<EnergyReport> RunAsync(
        IReadOnlyList<CompletionTask> tasks, IReadOnlyList<BenchmarkSetting> settings, CancellationToken cancellationToken)
    {
        var rows = new List<EnergyRow>();
        try
        {
            foreach (var setting in settings.Prepend(BenchmarkSetting.Full).Distinct())
                rows.Add(new EnergyRow(setting, await subject.ServeAsync(setting, cancellationToken).ConfigureAwait(false)));
            foreach (var row in rows)
            {
                progress($"warm-up: {row.Name}, {tasks.Count} suggestions");
                await row.WarmUpAsync(tasks, subject.Time, cancellationToken).ConfigureAwait(false);
            }
            // What the device takes from here to the first window is its power at rest.
            subject.Meter.Open().Close();
            await MeasureAsync(rows, tasks, cancellationToken).ConfigureAwait(false);
            return Report(rows, tasks);
        }
        finally
        {
            foreach (var row in rows) row.Dispose();
        }
    }

    private async Task MeasureAsync(List<EnergyRow> rows, IReadOnlyList<CompletionTask> tasks, CancellationToken cancellationToken)
    {
        // So many that the quickest setting fills a window, and some more: times vary.
        var count = (int)Math.Ceiling(1.1 * options.Window / Max(rows.Min(row => row.PerSuggestion), TimeSpan.FromMilliseconds(1)));
        for (var trial = 0; trial < options.Trials; trial++)
        {
            for (var turn = 0; turn < rows.Count; turn++)
            {
                var row = rows[(turn + trial) % rows.Count];
                progress($"trial {trial + 1} of {options.Trials}: {row.Name}");
                await Task.Delay(options.CoolDown + MostJitter * _random.NextDouble(), subject.Time, cancellationToken).ConfigureAwait(false);
                await WindowAsync(row, Tasks(tasks, trial * count, count), $"{row.Name}, trial {trial + 1}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>All suggestions of a trial, and all of them again where that was too quick: the mix stays the same.</summary>
    private async Task WindowAsync(EnergyRow row, CompletionTask[] tasks, string what, CancellationToken cancellationToken)
    {
        var (suggestions, tokens, phases) = (0, 0, default(PhaseTimes));
        var start = subject.Time.GetTimestamp();
        using var window = subject.Meter.Open();
        do
        {
            foreach (var task in tasks)
            {
                var result = await row.WriteAsync(task, cancellationToken).ConfigureAwait(false);
                suggestions++;
                tokens += result.Tokens;
                phases += PhaseTimes.Of(result);
            }
        }
        while (subject.Time.GetElapsedTime(start) < options.Window);
        window.Close();
        var measured = (await window.Measured.WaitAsync(cancellationToken).ConfigureAwait(false))[0];
        row.Add(_label.Admit(measured, what), phases, suggestions, tokens);
    }

    private EnergyReport Report(List<EnergyRow> rows, IReadOnlyList<CompletionTask> tasks)
    {
        var label = _label.Label.Text();
        return new EnergyReport(
            subject.Model, label, _label.Source, _label.Scope, subject.Meter.Sources[0].Name,
            options.Window.TotalSeconds, options.CoolDown.TotalSeconds, options.Trials, tasks.Count, options.Confidence,
            [.. rows.Select(row => row.Result(rows[0], tasks, label, options.Confidence))],
            [.. rows.SelectMany(row => row.Trials)])
        {
            Device = subject.Device,
        };
    }

    /// <summary>Other tasks in each trial, as far as there are, so that intervals know of what tasks differ by.</summary>
    private static CompletionTask[] Tasks(IReadOnlyList<CompletionTask> tasks, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(index => tasks[index % tasks.Count])];

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
