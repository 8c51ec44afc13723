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

    public static Command Create(CliHost host)
    {
        var model = CommonOptions.Model();
        var precision = CommonOptions.Precision();
        var source = new Option<string?>("--source") { Description = "A folder of code to make single-line tasks of.", HelpName = "DIR" };
        var tasks = new Option<string?>("--tasks") { Description = "JSON lines of HumanEval-infilling or CodeXGLUE, in place of --source.", HelpName = "FILE" };
        var count = CommonOptions.Number<int>("--count", "N", $"Most tasks. Default: {DefaultTasks}.", value => value is >= 1 and <= 100_000, "1 to 100000");
        var policies = new Option<string[]>("--policy")
        {
            Description = "A policy to measure; give as many as you like. Default: a curve of every kind that the model can run, and the oracles.",
            HelpName = "SPEC",
        };
        var json = new Option<string?>("--json") { Description = "Write the numbers to a file.", HelpName = "FILE" };
        var html = new Option<string?>("--html") { Description = "Write the report to a file.", HelpName = "FILE" };
        var command = new Command("policies", "Measures exit policies against full depth: quality, layers, time.")
        {
            model, precision, source, tasks, count, policies, json, html,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(source) is null == result.GetValue(tasks) is null) result.AddError("Give --source DIR or --tasks FILE, one of them.");
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                var most = parsed.GetValue(count) ?? DefaultTasks;
                var read = Read(parsed.GetValue(source), parsed.GetValue(tasks), most);
                using var loaded = host.Composition.OpenForPolicies(host.Models.Resolve(parsed.GetValue(model)), parsed.GetValue(precision));
                var specs = parsed.GetValue(policies) is { Length: > 0 } given ? given : Curves(loaded.Generator.Config);
                PolicyReport report;
                try
                {
                    foreach (var spec in specs.Where(spec => spec != "oracle")) ExitPolicies.Parse(spec);
                    report = new PolicyBenchmark(loaded, new PolicyBenchmarkOptions(), host.Progress).Run(read, specs, cancellationToken);
                }
                catch (ArgumentException exception)
                {
                    throw new UsageException(ServiceFactory.Refusal(exception));
                }
                PolicyView.Write(host, report);
                if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile, report.Json());
                if (parsed.GetValue(html) is { } htmlFile) File.WriteAllText(htmlFile, PolicyHtml.Page(report));
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static IReadOnlyList<CompletionTask> Read(string? source, string? tasks, int most)
    {
        try
        {
            return source is null ? TaskFile.Read(tasks!, most) : SourceTasks.Read(source, most, Seed);
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(exception.Message);
        }
    }

    private static string[] Curves(ModelConfig config)
    {
        var exits = config.ExitLayers.SkipLast(1).Select(layer => $"fixed:{layer}").ToArray();
        string[] skips = [.. config.ExitLayers.SkipLast(1).Select(layer => $"skip:{layer}")];
        string[] confident = exits.Length == 0 ? [] : ["softmax:0.3", "softmax:0.6", "softmax:0.9", "saturation:0.9", "saturation:0.95"];
        return [.. exits, .. skips, .. confident, "oracle"];
    }
}
