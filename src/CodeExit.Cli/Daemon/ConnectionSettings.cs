using System.Text.Json.Serialization;
using CodeExit.Completion;

namespace CodeExit.Cli.Daemon;

/// <summary>Options of <c>codeexit lsp</c> that belong to its connection: what decides the depth until the editor says otherwise.</summary>
[method: JsonConstructor]
internal sealed record ConnectionSettings(string? Policy, string? Mode, double? PowerCapWatts, double? BudgetJoules)
{
    public ConnectionSettings(DepthSettings depth) : this(depth.Policy, depth.Mode, depth.PowerCapWatts, depth.BudgetJoules) { }

    public DepthSettings ToDepth() => new() { Policy = Policy, Mode = Mode, PowerCapWatts = PowerCapWatts, BudgetJoules = BudgetJoules };
}
