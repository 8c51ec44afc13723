using System.CommandLine;
using System.CommandLine.Parsing;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Calibration;

namespace CodeExit.Cli.Commands;

/// <summary>What <c>codeexit calibrate</c> was asked.</summary>
/// <param name="Model">Null is the embedded model.</param>
/// <param name="Out">Folder of <c>modes.json</c>; null is the model's.</param>
/// <param name="Splits">Null calibrates; a number checks.</param>
internal sealed record CalibrateArguments(string Source, string? Model, string? Out, string? Json, int Tasks, int? Splits, CalibrationPlan Plan);

/// <summary>The options of <c>codeexit calibrate</c>.</summary>
internal sealed class CalibrateOptions
{
    private const int DefaultTasks = 600, DefaultSplits = 20, DefaultSeed = 20261124;
    private const double DefaultConfidence = 0.95;

    private readonly Option<string> _source = new("--source") { Description = "A folder of code to make tasks of, one of each file.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _mode = new("--mode") { Description = "quality, balanced or saver. Default: all three.", HelpName = "MODE" };
    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "A policy with its value left open; of several the one with the fewest layers. Default: price,kv=propagate and sequence where they were learned, else softmax and saturation.",
        HelpName = "KIND",
    };
    private readonly Option<double?> _tolerance = CommonOptions.Number<double>(
        "--tolerance", "LOSS", "Expected loss that --mode may have. Default: quality 0.02, balanced 0.05, saver 0.15.", value => value is >= 0.001 and < 1, "0.001 or more and below 1");
    private readonly Option<double?> _confidence = CommonOptions.Number<double>(
        "--confidence", "P", $"How sure the promise is. Default: {DefaultConfidence}.", value => value is >= 0.5 and <= 0.9999, "from 0.5 to 0.9999");
    private readonly Option<LossMetric> _metric = CommonOptions.Choice<LossMetric>("--metric", "textual: against full depth's text; risk: against the truth, beyond full depth's loss.");
    private readonly Option<RiskBound?> _bound = Bound();
    private readonly Option<int?> _tasks = CommonOptions.Number<int>("--tasks", "N", $"Most tasks. Default: {DefaultTasks}.", value => value is >= 2 and <= 100_000, "2 to 100000");
    private readonly Option<int?> _seed = CommonOptions.Number<int>("--seed", "S", "The same seed makes the same tasks.", value => value >= 0, "a whole number, 0 or more");
    private readonly Option<string?> _out = new("--out") { Description = $"Folder for {CalibratedModes.FileName}. Default: the model's.", HelpName = "DIR" };
    private readonly Option<string?> _json = new("--json") { Description = "Write all candidates' numbers to a file.", HelpName = "FILE" };
    private readonly Option<bool> _check = new("--check") { Description = "Write no modes; calibrate on random halves of the tasks and measure on the others." };
    private readonly Option<int?> _splits = CommonOptions.Number<int>("--splits", "N", $"With --check: how many halves. Default: {DefaultSplits}.", value => value is >= 1 and <= 10_000, "1 to 10000");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_source, _model, _mode, _policies, _tolerance, _confidence, _metric, _bound, _tasks, _seed, _out, _json, _check, _splits]) command.Add(option);
        command.Validators.Add(Validate);
    }

    /// <exception cref="UsageException">A mode that cannot be calibrated.</exception>
    public CalibrateArguments Read(ParseResult parsed)
    {
        string[] modes = parsed.GetValue(_mode) is { } mode ? [mode] : [.. Modes.Calibrated];
        var promises = modes.Select(each => new Promise(
            each, parsed.GetValue(_metric), parsed.GetValue(_tolerance) ?? DefaultTolerance(each), parsed.GetValue(_confidence) ?? DefaultConfidence));
        string[] kinds = parsed.GetValue(_policies) ?? [];
        return new CalibrateArguments(
            parsed.GetRequiredValue(_source), parsed.GetValue(_model), parsed.GetValue(_out), parsed.GetValue(_json), parsed.GetValue(_tasks) ?? DefaultTasks,
            parsed.GetValue(_check) ? parsed.GetValue(_splits) ?? DefaultSplits : null,
            new CalibrationPlan([.. promises], kinds, parsed.GetValue(_bound) ?? RiskBound.HoeffdingBentkus, parsed.GetValue(_seed) ?? DefaultSeed));
    }

    private void Validate(CommandResult result)
    {
        if (result.GetResult(_tolerance) is not null && result.GetValue(_mode) is null) result.AddError("--tolerance goes with --mode: each mode has its own.");
        if (result.GetResult(_splits) is not null && !result.GetValue(_check)) result.AddError("--splits goes with --check.");
        if (result.GetValue(_out) is not null && result.GetValue(_check)) result.AddError("--check writes no modes: leave --out away.");
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
