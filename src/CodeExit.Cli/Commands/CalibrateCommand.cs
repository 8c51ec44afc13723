using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Calibration;
using CodeExit.Evaluation.Tasks;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit calibrate</c>: finds the policies that modes stand for, and what they may promise.</summary>
internal static class CalibrateCommand
{
    public static Command Create(CliHost host)
    {
        var options = new CalibrateOptions();
        var command = new Command("calibrate", "Finds the policy of a mode, with a promise on how much quality it may lose.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => Run(host, options.Read(parsed), cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(CliHost host, CalibrateArguments arguments, CancellationToken cancellationToken)
    {
        var location = host.Models.Resolve(arguments.Model);
        var modes = new ModesFolder(arguments.Out ?? location.Directory);
        if (arguments.Splits is null) modes.Prepare(); // what is wrong with it is known before the long run, not after
        using var model = host.Composition.OpenForPolicies(location, new Placement());
        var tasks = ReadTasks(arguments, model.Generator.Config.Learned.TrainedOn);
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
        var failed = report.Promises.Where(each => each.Chosen is null).Select(each => CalibrationView.Refusal(each, tasks.Count)).ToArray();
        return failed.Length == 0 ? ExitCode.Success : throw new CliException(string.Join("; ", failed));
    }

    /// <exception cref="CliException">Even without any loss so few tasks promise nothing: said before they are run.</exception>
    private static void RequireEnough(Calibrator calibrator, CalibrateArguments arguments, int tasks)
    {
        var used = arguments.Splits is null ? tasks : tasks / 2;
        var easiest = arguments.Plan.Promises.MinBy(calibrator.LeastTasks)!;
        var least = calibrator.LeastTasks(easiest);
        if (used >= least) return;
        var remedy = tasks < arguments.Tasks ? $"{arguments.Source} has no more files: add code" : "ask for more --tasks";
        throw new CliException($"{CalibrationView.TooFew(easiest, least, used)}{(arguments.Splits is null ? "" : " in a half")}; {remedy}, or tolerate more");
    }

    private static IReadOnlyList<CompletionTask> ReadTasks(CalibrateArguments arguments, IReadOnlySet<string> learnedFrom)
    {
        try
        {
            return SourceTasks.ReadOnePerFile(arguments.Source, arguments.Tasks, arguments.Plan.Seed, learnedFrom);
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
}
