using System.CommandLine;
using System.CommandLine.Parsing;
using CodeExit.Completion;

namespace CodeExit.Cli.Commands;

/// <summary>What decides how many layers run: <c>--policy</c>, <c>--mode</c>, <c>--power-cap</c> and <c>--budget</c>.</summary>
internal sealed class DepthOptions
{
    private readonly Option<string?> _policy = CommonOptions.Policy();
    private readonly Option<string?> _mode = CommonOptions.Mode();
    private readonly Option<double?> _powerCap = CommonOptions.PowerCap();
    private readonly Option<double?> _budget = CommonOptions.Budget();

    public void AddTo(Command command)
    {
        command.Add(_policy);
        command.Add(_mode);
        command.Add(_powerCap);
        command.Add(_budget);
    }

    public DepthSettings Read(ParseResult parsed) => new()
    {
        Policy = parsed.GetValue(_policy),
        Mode = parsed.GetValue(_mode),
        PowerCapWatts = parsed.GetValue(_powerCap),
        BudgetJoules = parsed.GetValue(_budget),
    };
}
