using System.CommandLine;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Calibration;
using CodeExit.Evaluation.Tasks;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit calibrate</c>: finds the policies that modes stand for, and what they may promise.</summary>
internal static class CalibrateCommand
{
    private const int DefaultTasks = 600, DefaultSplits = 20, DefaultSeed = 20261124;
    private const double DefaultConfidence = 0.95;

    /// <param name="Model">Null is the embedded model.</param>
    /// <param name="Out">Folder of <c>modes.json</c>; null is the model's.</param>
    /// <param name="Splits">Null calibrates; a number checks.</param>
    private sealed record Arguments(string Source, string? Model, string? Out, string? Json, int Tasks, int? Splits, CalibrationPlan Plan);

    public static Command Create(CliHost host)
    {
        var source = new Option<string>("--source") { Description = "A folder of code to make tasks of, one of each file.", HelpName = "DIR", Required = true };
        var model = CommonOptions.Model();
        var mode = new Option<string?>("--mode") { Description = "quality, balanced or saver. Default: all three.", HelpName = "MODE" };
        var policies = new Option<string[]>("--policy")
        {
            Description = $"A policy with its value left open; of several the one with the fewest layers. Default: {string.Join(" and ", CandidateSequence.Defaults)}.",
            HelpName = "KIND",
        };
        var tolerance = CommonOptions.Number<double>(
            "--tolerance", "LOSS", "Expected loss that --mode may have. Default: quality 0.02, balanced 0.05, saver 0.15.", value => value is >= 0.001 and < 1, "0.001 or more and below 1");
        var confidence = CommonOptions.Number<double>(
            "--confidence", "P", $"How sure the promise is. Default: {DefaultConfidence}.", value => value is >= 0.5 and <= 0.9999, "from 0.5 to 0.9999");
        var metric = CommonOptions.Choice<LossMetric>("--metric", "textual: against full depth's text; risk: against the truth, beyond full depth's loss.");
        var bound = Bound();
        var tasks = CommonOptions.Number<int>("--tasks", "N", $"Most tasks. Default: {DefaultTasks}.", value => value is >= 2 and <= 100_000, "2 to 100000");
        var seed = CommonOptions.Number<int>("--seed", "S", "The same seed makes the same tasks.", value => value >= 0, "a whole number, 0 or more");
        var output = new Option<string?>("--out") { Description = $"Folder for {CalibratedModes.FileName}. Default: the model's.", HelpName = "DIR" };
        var json = new Option<string?>("--json") { Description = "Write all candidates' numbers to a file.", HelpName = "FILE" };
        var check = new Option<bool>("--check") { Description = "Write no modes; calibrate on random halves of the tasks and measure on the others." };
        var splits = CommonOptions.Number<int>("--splits", "N", $"With --check: how many halves. Default: {DefaultSplits}.", value => value is >= 1 and <= 10_000, "1 to 10000");
        var command = new Command("calibrate", "Finds the policy of a mode, with a promise on how much quality it may lose.")
        {
            source, model, mode, policies, tolerance, confidence, metric, bound, tasks, seed, output, json, check, splits,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(tolerance) is not null && result.GetValue(mode) is null) result.AddError("--tolerance goes with --mode: each mode has its own.");
            if (result.GetResult(splits) is not null && !result.GetValue(check)) result.AddError("--splits goes with --check.");
            if (result.GetValue(output) is not null && result.GetValue(check)) result.AddError("--check writes no modes: leave --out away.");
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                string[] modes = parsed.GetValue(mode) is { } one ? [one] : [.. Modes.Calibrated];
                var promises = modes.Select(each => new Promise(
                    each, parsed.GetValue(metric), parsed.GetValue(tolerance) ?? DefaultTolerance(each), parsed.GetValue(confidence) ?? DefaultConfidence));
                var kinds = parsed.GetValue(policies) is { Length: > 0 } given ? given : CandidateSequence.Defaults;
                var plan = new CalibrationPlan([.. promises], kinds, parsed.GetValue(bound) ?? RiskBound.HoeffdingBentkus, parsed.GetValue(seed) ?? DefaultSeed);
                return Run(
                    host,
                    new Arguments(
                        parsed.GetRequiredValue(source), parsed.GetValue(model), parsed.GetValue(output), parsed.GetValue(json),
                        parsed.GetValue(tasks) ?? DefaultTasks, parsed.GetValue(check) ? parsed.GetValue(splits) ?? DefaultSplits : null, plan),
                    cancellationToken);
            },
            cancellationToken));
        return command;
    }

    private static int Run(CliHost host, Arguments arguments, CancellationToken cancellationToken)
    {
        var location = host.Models.Resolve(arguments.Model);
        var modes = new ModesFolder(arguments.Out ?? location.Directory);
        if (arguments.Splits is null) modes.Prepare(); // what is wrong with it is known before the long run, not after
        var tasks = ReadTasks(arguments);
        using var model = host.Composition.OpenForPolicies(location, Precision.Auto);
        var calibrator = Calibrator(host, model, arguments.Plan);
        RequireEnough(calibrator, arguments, tasks.Count);
        if (arguments.Splits is { } splits)
        {
            var check = calibrator.Check(tasks, splits, cancellationToken);
            CalibrationView.Write(host, check);
            if (arguments.Json is { } checkFile) File.WriteAllText(checkFile, check.Json());
            return ExitCode.Success;
        }
        var report = calibrator.Run(tasks, cancellationToken);
        CalibrationView.Write(host, report);
        if (arguments.Json is { } file) File.WriteAllText(file, report.Json());
        var fingerprint = host.Composition.Fingerprint(location);
        var promised = report.Promises.Where(each => each.Chosen is not null).ToDictionary(
            each => each.Promise.Mode, each => calibrator.Mode(report, each, fingerprint)!);
        if (promised.Count > 0) modes.Write(host, promised, fingerprint, model.Generator.Config.ExitLayers);
        var failed = report.Promises.Where(each => each.Chosen is null).Select(CalibrationView.Refusal).ToArray();
        return failed.Length == 0 ? ExitCode.Success : throw new CliException(string.Join("; ", failed));
    }

    /// <exception cref="CliException">Even without any loss so few tasks promise nothing: said before they are run.</exception>
    private static void RequireEnough(Calibrator calibrator, Arguments arguments, int tasks)
    {
        var halved = arguments.Splits is null ? tasks : tasks / 2;
        foreach (var promise in arguments.Plan.Promises)
        {
            var least = calibrator.LeastTasks(promise);
            if (halved >= least) continue;
            throw new CliException(
                $"mode '{promise.Mode}': {CalibrationView.Plain(promise.Tolerance)} at a confidence of {CalibrationView.Plain(promise.Confidence)} takes at least {least} tasks "
                + $"even if nothing is lost, and there are {halved}{(arguments.Splits is null ? "" : " in a half")}; "
                + $"{(tasks < arguments.Tasks ? $"{arguments.Source} has no more files: add code" : "ask for more --tasks")}, or tolerate more");
        }
    }

    private static IReadOnlyList<CompletionTask> ReadTasks(Arguments arguments)
    {
        try
        {
            return SourceTasks.ReadOnePerFile(arguments.Source, arguments.Tasks, arguments.Plan.Seed);
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message);
        }
    }

    private static Calibrator Calibrator(CliHost host, LoadedModel model, CalibrationPlan plan)
    {
        try
        {
            return new Calibrator(model, plan, host.Progress);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ServiceFactory.Refusal(exception));
        }
    }

    private static double DefaultTolerance(string mode)
    {
        try
        {
            return Promise.DefaultTolerance(mode);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static Option<RiskBound?> Bound() => new("--bound")
    {
        Description = "The p-value behind the promise. Default: hoeffding-bentkus; hoeffding is CALM's, and needs far more tasks.",
        HelpName = string.Join('|', RiskBound.Known.Select(bound => bound.Name)),
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            var bound = RiskBound.Known.FirstOrDefault(each => each.Name == text);
            if (bound is null) result.AddError($"--bound {text}: must be one of {string.Join(", ", RiskBound.Known.Select(each => each.Name))}.");
            return bound;
        },
    };
}
