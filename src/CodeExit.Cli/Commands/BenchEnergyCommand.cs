using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Evaluation.Energy;
using CodeExit.Evaluation.Serving;

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
        var tasks = new BenchTasks(fewest: 2, DefaultTasks, Seed);
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
            window, coolDown, trials, json, html,
        };
        tasks.AddTo(command);
        settings.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = defaults with
            {
                Window = TimeSpan.FromSeconds(parsed.GetValue(window) ?? defaults.Window.TotalSeconds),
                CoolDown = TimeSpan.FromSeconds(parsed.GetValue(coolDown) ?? defaults.CoolDown.TotalSeconds),
                Trials = parsed.GetValue(trials) ?? defaults.Trials,
            };
            var report = await settings.RunAsync(host, parsed, Defaults, (model, subject, rows) => new EnergyBenchmark(subject, options, host.Progress)
                .RunAsync(tasks.Read(parsed, model.Generator.Config.Learned.TrainedOn), rows, cancellationToken)).ConfigureAwait(false);
            EnergyView.Write(host, report);
            if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile, report.Json());
            if (parsed.GetValue(html) is { } htmlFile) File.WriteAllText(htmlFile, EnergyHtml.Page(report));
            return ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<BenchmarkSetting> Defaults(LoadedModel model) => [BenchmarkSetting.Full, .. BenchmarkSetting.OfModes(model.Modes)];
}
