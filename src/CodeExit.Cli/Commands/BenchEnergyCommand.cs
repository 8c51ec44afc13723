using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Evaluation.Energy;
using CodeExit.Evaluation.Serving;
using CodeExit.Evaluation.Tasks;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit bench energy</c>: joules of a suggestion, mode against mode.</summary>
internal static class BenchEnergyCommand
{
    private const int DefaultTasks = 40;
    private const int Seed = 20261125;

    public static Command Create(CliHost host)
    {
        var settings = new BenchSettings("full depth, and the modes that the model is calibrated for");
        var defaults = new EnergyBenchmarkOptions();
        var source = CommonOptions.TaskSource();
        var tasks = CommonOptions.TaskFile();
        var count = CommonOptions.Number<int>("--count", "N", $"Most tasks. Default: {DefaultTasks}.", value => value is >= 2 and <= 100_000, "2 to 100000");
        var window = CommonOptions.Number<double>(
            "--window", "S", $"Least seconds of a window of suggestions back to back. Default: {defaults.Window.TotalSeconds}.",
            value => value >= EnergyBenchmarkOptions.ShortestWindow.TotalSeconds && value <= 3600, $"{EnergyBenchmarkOptions.ShortestWindow.TotalSeconds} to 3600 seconds");
        var coolDown = CommonOptions.Number<double>(
            "--cool-down", "S", $"Seconds of rest before each window. Default: {defaults.CoolDown.TotalSeconds}.", value => value is >= 3 and <= 3600, "3 to 3600 seconds");
        var trials = CommonOptions.Number<int>(
            "--trials", "N", $"Windows of each mode. Default: {defaults.Trials}.", value => value is >= EnergyBenchmarkOptions.FewestTrials and <= 1000,
            $"{EnergyBenchmarkOptions.FewestTrials} to 1000");
        var json = CommonOptions.JsonFile();
        var html = CommonOptions.HtmlFile();
        var command = new Command("energy", "Measures joules of a suggestion by mode, in windows of suggestions back to back.")
        {
            source, tasks, count, window, coolDown, trials, json, html,
        };
        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(source) is null == result.GetValue(tasks) is null) result.AddError("Give --source DIR or --tasks FILE, one of them.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = defaults with
            {
                Window = TimeSpan.FromSeconds(parsed.GetValue(window) ?? defaults.Window.TotalSeconds),
                CoolDown = TimeSpan.FromSeconds(parsed.GetValue(coolDown) ?? defaults.CoolDown.TotalSeconds),
                Trials = parsed.GetValue(trials) ?? defaults.Trials,
            };
            var report = await settings.RunAsync(host, parsed, Defaults, (model, subject, rows) =>
            {
                var asked = Read(model, parsed.GetValue(source), parsed.GetValue(tasks), parsed.GetValue(count) ?? DefaultTasks);
                return new EnergyBenchmark(subject, options, host.Progress).RunAsync(asked, rows, cancellationToken);
            }).ConfigureAwait(false);
            EnergyView.Write(host, report);
            if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile, report.Json());
            if (parsed.GetValue(html) is { } htmlFile) File.WriteAllText(htmlFile, EnergyHtml.Page(report));
            return ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<BenchmarkSetting> Defaults(LoadedModel model) => [BenchmarkSetting.Full, .. BenchmarkSetting.OfModes(model.Modes)];

    private static IReadOnlyList<CompletionTask> Read(LoadedModel model, string? source, string? file, int count) => source is not null
        ? SourceTasks.Read(source, count, Seed, model.Generator.Config.Learned.TrainedOn)
        : TaskFile.Read(file!, count);
}
