using System.CommandLine;
using System.CommandLine.Parsing;
using CodeExit.Evaluation.Tasks;

namespace CodeExit.Cli.Commands;

/// <summary>Where a benchmark's tasks come from: <c>--source</c> or <c>--tasks</c>, one of them, and how many at most.</summary>
internal sealed class BenchTasks
{
    private readonly Option<string?> _source = new("--source") { Description = "A folder of code to make single-line tasks of.", HelpName = "DIR" };
    private readonly Option<string?> _file = new("--tasks") { Description = "JSON lines of HumanEval-infilling or CodeXGLUE, in place of --source.", HelpName = "FILE" };
    private readonly Option<int?> _count;
    private readonly int _default;
    private readonly int _seed;

    /// <param name="seed">Of the places in <c>--source</c>.</param>
    public BenchTasks(int fewest, int @default, int seed)
    {
        (_default, _seed) = (@default, seed);
        _count = CommonOptions.Number<int>("--count", "N", $"Most tasks. Default: {@default}.", value => value >= fewest && value <= 100_000, $"{fewest} to 100000");
    }

    public void AddTo(Command command)
    {
        command.Add(_source);
        command.Add(_file);
        command.Add(_count);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_source) is null == result.GetValue(_file) is null) result.AddError("Give --source DIR or --tasks FILE, one of them.");
        });
    }

    /// <param name="learnedFrom">Files that the model's policies were learned from: nothing is measured on these.</param>
    /// <exception cref="CliException">There is nothing to make tasks of, or the file is none of tasks.</exception>
    public IReadOnlyList<CompletionTask> Read(ParseResult parsed, IReadOnlySet<string> learnedFrom)
    {
        var count = parsed.GetValue(_count) ?? _default;
        try
        {
            return parsed.GetValue(_source) is { } source ? SourceTasks.Read(source, count, _seed, learnedFrom) : TaskFile.Read(parsed.GetValue(_file)!, count);
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message);
        }
    }
}
