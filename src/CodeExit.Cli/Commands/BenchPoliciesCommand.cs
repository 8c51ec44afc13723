using System.CommandLine;
using CodeExit.Cli.Output;
using CodeExit.Evaluation.Policies;
using CodeExit.Evaluation.Tasks;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit bench policies</c>: what each exit policy saves and what it costs in quality, on the same tasks.</summary>
internal static class BenchPoliciesCommand
{
    private const int DefaultTasks = 200;
    private const int Seed = 20261123;

    // Depth per token pays with propagation: filled back, most of what a token skips is run for the next one.
    private static readonly string[] LearnedCurves =
    [
        "classifier:0.5", "classifier:0.7", "classifier:0.9", "rl:0.6", "rl:0.7", "rl:0.8", "rl:0.9", "rl:0.92", "rl:0.94",
        .. new[] { "0.005", "0.01", "0.02", "0.03", "0.05", "0.1", "0.3", "1" }.Select(price => $"price:{price},kv=propagate"),
        "sequence:0.5", "sequence:0.7", "sequence:0.8", "sequence:0.9",
    ];

    /// <param name="Model">Null is the embedded model.</param>
    /// <param name="Tasks">Reads those to measure on, without files that were learned from.</param>
    /// <param name="Policies">Specs; none for a curve of every kind.</param>
    private sealed record Arguments(
        string? Model, Placement Placement, Func<IReadOnlySet<string>, IReadOnlyList<CompletionTask>> Tasks, string[] Policies, string? Json, string? Html);

    public static Command Create(CliHost host)
    {
        var model = CommonOptions.Model();
        var placement = new PlacementOptions();
        var tasks = new BenchTasks(fewest: 1, DefaultTasks, Seed);
        var policies = new Option<string[]>("--policy")
        {
            Description = "A policy to measure; give as many as you like. Default: a curve of every kind that the model can run, and the oracles.",
            HelpName = "SPEC",
        };
        var json = CommonOptions.JsonFile();
        var html = CommonOptions.HtmlFile();
        var command = new Command("policies", "Measures exit policies against full depth: quality, layers, time, joules.")
        {
            model, policies, json, html,
        };
        placement.AddTo(command);
        tasks.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => Run(
                host,
                new Arguments(
                    parsed.GetValue(model), placement.Read(parsed), learnedFrom => tasks.Read(parsed, learnedFrom),
                    parsed.GetValue(policies) ?? [], parsed.GetValue(json), parsed.GetValue(html)),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static int Run(CliHost host, Arguments arguments, CancellationToken cancellationToken)
    {
        using var loaded = host.Composition.OpenForPolicies(host.Models.Resolve(arguments.Model), arguments.Placement);
        var tasks = arguments.Tasks(loaded.Generator.Config.Learned.TrainedOn);
        var specs = arguments.Policies is { Length: > 0 } given ? given : Curves(loaded.Generator.Config);
        using var meter = host.Composition.CreateMeter(host.Time, loaded.Gpu);
        PolicyReport report;
        try
        {
            report = new PolicyBenchmark(loaded, new PolicyBenchmarkOptions(), host.Progress, meter).Run(tasks, specs, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ServiceFactory.Refusal(exception));
        }
        PolicyView.Write(host, report);
        if (arguments.Json is { } json) File.WriteAllText(json, report.Json());
        if (arguments.Html is { } html) File.WriteAllText(html, PolicyHtml.Page(report));
        return ExitCode.Success;
    }

    private static string[] Curves(ModelConfig config)
    {
        var exits = config.ExitLayers.SkipLast(1).Select(layer => $"fixed:{layer}").ToArray();
        string[] skips = [.. config.ExitLayers.SkipLast(1).Select(layer => $"skip:{layer}")];
        string[] confident = exits.Length == 0 ? [] : ["softmax:0.3", "softmax:0.6", "softmax:0.9", "saturation:0.9", "saturation:0.95", "speculative"];
        return [.. exits, .. skips, .. confident, .. LearnedCurves.Where(spec => config.Learned.Probes.Has(spec.Split(':')[0])), PolicyBenchmark.Oracle];
    }
}
