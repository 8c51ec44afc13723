using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Training;
using CodeExit.Training.Heads;
using CodeExit.Training.Policies;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit tune</c>: learns exit heads and policies for a model from code; never changes its weights.</summary>
internal static class TuneCommand
{
    private const int DefaultTexts = 5000, DefaultSeed = 20261125;

    /// <summary>Where a run keeps what it has done, beside the file that it will write.</summary>
    private const string WorkFolder = "exit-policies.tuning";

    /// <param name="Model">Null is the embedded model.</param>
    /// <param name="Out">Folder for what is learned; null is the model's.</param>
    /// <param name="Exits">Besides the model's own.</param>
    private sealed record Arguments(string Source, string? Model, string? Out, int Texts, int[]? Exits, int HeadSteps, int AgentSteps, int Seed);

    public static Command Create(CliHost host)
    {
        var source = new Option<string>("--source") { Description = "A folder of code to learn from.", HelpName = "DIR", Required = true };
        var model = CommonOptions.Model();
        var folder = new Option<string?>("--out") { Description = $"Folder for {LearnedExitsFile.Name}. Default: the model's.", HelpName = "DIR" };
        var texts = CommonOptions.Number<int>("--texts", "N", $"Places in the code to learn from. Default: {DefaultTexts}.", value => value is >= 10 and <= 1_000_000, "10 to 1000000");
        var exits = CommonOptions.Numbers("--exits", "Layers to learn heads for besides the model's own exits; three evenly spaced where it has none and none is given.", "layer");
        var headSteps = CommonOptions.Number<int>("--head-steps", "N", $"Steps of the exit heads. Default: {new ExitHeadOptions().Steps}.", value => value >= 1, "a whole number, 1 or more");
        var agentSteps = CommonOptions.Number<int>("--rl-steps", "N", $"Decisions of the reinforcement-learning agent. Default: {new PpoOptions().Steps}.", value => value >= 1, "a whole number, 1 or more");
        var seed = CommonOptions.Number<int>("--seed", "S", "The same seed, model and code give the same file.", value => value >= 0, "a whole number, 0 or more");
        var command = new Command("tune", "Learns exit heads and policies for a model from code.") { source, model, folder, texts, exits, headSteps, agentSteps, seed };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => Run(
                host,
                new Arguments(
                    parsed.GetRequiredValue(source), parsed.GetValue(model), parsed.GetValue(folder), parsed.GetValue(texts) ?? DefaultTexts,
                    parsed.GetValue(exits), parsed.GetValue(headSteps) ?? new ExitHeadOptions().Steps,
                    parsed.GetValue(agentSteps) ?? new PpoOptions().Steps, parsed.GetValue(seed) ?? DefaultSeed),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static int Run(CliHost host, Arguments arguments, CancellationToken cancellationToken)
    {
        var location = host.Models.Resolve(arguments.Model);
        var folder = arguments.Out ?? location.Directory;
        Directory.CreateDirectory(folder);
        using var subject = host.Composition.OpenForTuning(location);
        var tasks = Tasks(arguments);
        var options = new TuneOptions
        {
            Seed = arguments.Seed,
            Exits = Exits(arguments.Exits, subject.Checkpoint.Config),
            Threads = subject.Threads,
            Heads = new ExitHeadOptions { Steps = arguments.HeadSteps },
            Ppo = new PpoOptions { Steps = arguments.AgentSteps },
        };
        var tuner = new Tuner(subject.Checkpoint, subject.Model, options, Path.Combine(folder, WorkFolder), host.Progress);
        try
        {
            var (learned, report) = tuner.Run(TuningTexts.Of(tasks, subject.Tokenizer, subject.Checkpoint.Config), cancellationToken);
            LearnedExitsFile.Write(
                folder, learned with { TrainedOn = tasks.Select(task => task.Source!).ToHashSet() }, BaseFingerprint.Of(subject.Checkpoint),
                new Dictionary<string, string> { ["seed"] = $"{arguments.Seed}", ["texts"] = $"{tasks.Count}" });
            tuner.Finish();
            TuneView.Write(host, report, Path.Combine(folder, LearnedExitsFile.Name));
            RemoveModes(host, folder);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ServiceFactory.Refusal(exception));
        }
        return ExitCode.Success;
    }

    /// <summary>Promises were for what stood there before: kept, they would only be refused.</summary>
    private static void RemoveModes(CliHost host, string folder)
    {
        if (!CalibratedModes.IsIn(folder)) return;
        var path = Path.Combine(folder, CalibratedModes.FileName);
        File.Delete(path);
        host.Out.WriteLine($"removed {path}: its modes were calibrated with what was there before; run codeexit calibrate");
    }

    private static IReadOnlyList<CompletionTask> Tasks(Arguments arguments)
    {
        try
        {
            return SourceTasks.Read(arguments.Source, arguments.Texts, arguments.Seed);
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message);
        }
    }

    /// <summary>A model that was trained with exits keeps them, whatever others are asked for: policies stop at all of them.</summary>
    private static int[] Exits(int[]? asked, ModelConfig config)
    {
        var own = config.ExitLayers.SkipLast(1);
        if (asked is { Length: > 0 }) return [.. own.Union(asked).Order()];
        return config.ExitLayers.Count > 1
            ? [.. own]
            : [.. new[] { config.LayerCount / 3, config.LayerCount / 2, config.LayerCount * 3 / 4 }.Where(layer => layer > 0).Distinct()];
    }
}
