using System.CommandLine;
using System.CommandLine.Parsing;
using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Evaluation.Serving;
using CodeExit.Telemetry.Attribution;

namespace CodeExit.Cli.Commands;

/// <summary>What a benchmark serves: <c>--model</c>, where it is, and the modes and policies that are its rows.</summary>
internal sealed class BenchSettings
{
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly PlacementOptions _placement = new();
    private readonly Option<string[]> _modes;
    private readonly Option<string[]> _policies;
    private readonly Option<double?> _powerCap = CommonOptions.PowerCap();
    private readonly Option<double?> _budget = CommonOptions.Budget();

    /// <param name="defaults">In words: what is measured where neither is given.</param>
    public BenchSettings(string defaults)
    {
        _modes = new Option<string[]>("--mode") { Description = $"A mode to measure; give as many as you like. Default: {defaults}.", HelpName = "MODE" };
        _policies = new Option<string[]>("--policy") { Description = "A policy to measure; give as many as you like.", HelpName = "SPEC" };
    }

    public void AddTo(Command command)
    {
        command.Add(_model);
        _placement.AddTo(command);
        command.Add(_modes);
        command.Add(_policies);
        command.Add(_powerCap);
        command.Add(_budget);
    }

    /// <summary>Opens the model, and runs a benchmark on it and its rows.</summary>
    /// <param name="defaults">Rows for a model where none is asked for.</param>
    /// <param name="reuses">Whether suggestions are remembered, as for editors.</param>
    /// <exception cref="UsageException">A row that the model cannot run.</exception>
    /// <exception cref="CliException">What the benchmark was given, or met, is of no use to it.</exception>
    public async Task<T> RunAsync<T>(
        CliHost host, ParseResult parsed, Func<LoadedModel, IEnumerable<BenchmarkSetting>> defaults,
        Func<LoadedModel, BenchmarkSubject, IReadOnlyList<BenchmarkSetting>, Task<T>> benchmark, bool reuses = false)
    {
        var (modes, policies) = (parsed.GetValue(_modes) ?? [], parsed.GetValue(_policies) ?? []);
        var location = host.Models.Resolve(parsed.GetValue(_model));
        using var model = Open(host, location, _placement.Read(parsed), asksForPoliciesOnly: policies.Length > 0 && modes.Length == 0 && !Limits(parsed).Any());
        BenchmarkSetting[] asked = [.. modes.Select(BenchmarkSetting.OfMode), .. policies.Select(BenchmarkSetting.OfPolicy), .. Limits(parsed)];
        using var meter = host.Composition.CreateMeter(host.Time, model.Gpu);
        try
        {
            IReadOnlyList<BenchmarkSetting> settings = asked is [] ? [.. defaults(model)] : [.. asked.Distinct()];
            return await benchmark(model, BenchmarkSubject.Of(model, meter, () => host.Composition.CreateMeter(host.Time, model.Gpu), host.Time, reuses), settings).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ServiceFactory.Refusal(exception));
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message);
        }
    }

    /// <summary>A limit is a row of its own, beside the modes that are asked for.</summary>
    private IEnumerable<BenchmarkSetting> Limits(ParseResult parsed)
    {
        var (powerCap, budget) = (parsed.GetValue(_powerCap), parsed.GetValue(_budget));
        return powerCap is null && budget is null ? [] : [BenchmarkSetting.OfLimits(powerCap, budget)];
    }

    private static LoadedModel Open(CliHost host, ModelLocation location, Placement placement, bool asksForPoliciesOnly) => asksForPoliciesOnly
        ? host.Composition.OpenForPolicies(location, placement) // modes that nobody asks for are in nobody's way
        : host.Composition.OpenWithModes(location, placement);
}
