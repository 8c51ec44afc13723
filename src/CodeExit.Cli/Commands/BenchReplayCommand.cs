using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Evaluation.Replay;
using CodeExit.Evaluation.Serving;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit bench replay</c>: what completing costs while someone types.</summary>
internal static class BenchReplayCommand
{
    private const int DefaultCharacters = 600;
    private const int DefaultSeed = 20261125;

    public static Command Create(CliHost host)
    {
        var settings = new BenchSettings("full depth, the modes that the model is calibrated for, and lossless");
        var defaults = new ReplayOptions();
        var source = new Option<string?>("--source") { Description = "A folder of code to make a trace of.", HelpName = "DIR" };
        var trace = new Option<string?>("--trace") { Description = "A trace that --write-trace wrote, in place of --source.", HelpName = "FILE" };
        var write = new Option<string?>("--write-trace") { Description = "Write the trace to a file. It holds the source files that are typed.", HelpName = "FILE" };
        var characters = CommonOptions.Number<int>(
            "--characters", "N", $"Characters to type, with --source. Default: {DefaultCharacters}.", value => value is >= 1 and <= 10_000_000, "1 to 10000000");
        var seed = CommonOptions.Number<int>("--seed", "S", "The same folder, length and seed give the same trace.", value => value >= 0, "a whole number, 0 or more");
        var speed = CommonOptions.Number<double>(
            "--speed", "X", $"How many times faster the time passes in which no request runs. Default: {defaults.Speed}.", value => value is >= 1 and <= 1000, "1 to 1000");
        var debounce = CommonOptions.Number<double>(
            "--debounce", "MS", $"Milliseconds after a key before the editor asks. Default: {defaults.Debounce.TotalMilliseconds}.", value => value is >= 0 and <= 10_000, "0 to 10000 milliseconds");
        var noReuse = new Option<bool>("--no-reuse") { Description = "Ask the model each time: what suggestions that are remembered are worth." };
        var noCancel = new Option<bool>("--no-cancel") { Description = "The editor takes no request back: the next one supersedes it, as in Neovim." };
        var with = new Option<string[]>("--with")
        {
            Description = "Run each setting once more as the language server serves it: with its gate, its adaptive debounce, or both. Give as many as you like.",
            HelpName = "gate|debounce|both",
        };
        with.AcceptOnlyFromAmong("gate", "debounce", "both");
        var json = CommonOptions.JsonFile();
        var html = CommonOptions.HtmlFile();
        var command = new Command("replay", "Replays keystrokes by mode: joules of what is shown, accepted and wasted.")
        {
            source, trace, write, characters, seed, speed, debounce, noReuse, noCancel, with, json, html,
        };
        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            var fromFile = result.GetValue(trace) is not null;
            if (result.GetValue(source) is null == !fromFile) result.AddError("Give --source DIR or --trace FILE, one of them.");
            if (fromFile && (result.GetValue(characters) is not null || result.GetValue(seed) is not null)) result.AddError("--characters and --seed go with --source.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = defaults with
            {
                Speed = parsed.GetValue(speed) ?? defaults.Speed,
                TakesBack = !parsed.GetValue(noCancel),
                Debounce = TimeSpan.FromMilliseconds(parsed.GetValue(debounce) ?? defaults.Debounce.TotalMilliseconds),
            };
            var report = await settings.RunAsync(host, parsed, Defaults, (model, subject, rows) =>
            {
                var typed = parsed.GetValue(trace) is { } file
                    ? TraceFile.Read(file)
                    : TraceGenerator.Generate(
                        parsed.GetValue(source)!, parsed.GetValue(characters) ?? DefaultCharacters, parsed.GetValue(seed) ?? DefaultSeed,
                        model.Generator.Config.Learned.TrainedOn);
                if (parsed.GetValue(write) is { } written) TraceFile.Write(written, typed);
                return new TraceReplay(subject, options, host.Progress).RunAsync(typed, WithAids(rows, parsed.GetValue(with) ?? []), cancellationToken);
            }, reuses: !parsed.GetValue(noReuse)).ConfigureAwait(false);
            ReplayView.Write(host, report);
            if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile, report.Json());
            if (parsed.GetValue(html) is { } htmlFile) File.WriteAllText(htmlFile, ReplayHtml.Page(report));
            return ExitCode.Success;
        });
        return command;
    }

    private static List<BenchmarkSetting> WithAids(IReadOnlyList<BenchmarkSetting> rows, string[] aids) =>
        [.. rows, .. aids.Distinct().SelectMany(aid => rows.Select(row => row with { Name = $"{row.Name}, {aid}", Aids = Aids(aid) }))];

    private static AskingAids Aids(string name) => name switch
    {
        "gate" => AskingAids.Gate,
        "debounce" => AskingAids.Debounce,
        _ => AskingAids.Gate | AskingAids.Debounce,
    };

    private static IEnumerable<BenchmarkSetting> Defaults(LoadedModel model) =>
        [BenchmarkSetting.Full, .. BenchmarkSetting.OfModes(model.Modes), BenchmarkSetting.OfMode(Modes.Lossless)];
}
