using System.CommandLine;
using CodeExit.Cli.Hub;
using CodeExit.Cli.Output;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit model info|list|pull</c>.</summary>
internal static class ModelCommand
{
    public static Command Create(CliHost host) => new("model", "Tells of models and brings them.") { Info(host), List(host), ModelPullCommand.Create(host) };

    private static Command Info(CliHost host)
    {
        var model = CommonOptions.Model();
        var json = CommonOptions.Json();
        var command = new Command("info", "Shows what a model folder holds.") { model, json };
        command.SetAction(async (parsed, _) =>
        {
            var location = host.Models.Resolve(parsed.GetValue(model));
            var description = host.Composition.DescribeModel(location) with { Commit = PulledModel.Read(location.Directory)?.Commit };
            if (parsed.GetValue(json)) await CliJson.WriteAsync(host.Out, description).ConfigureAwait(false);
            else ModelView.Write(host.Out, description);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CliHost host)
    {
        var command = new Command("list", "Lists the models that --model can name.");
        command.SetAction(_ =>
        {
            foreach (var model in host.Models.List()) host.Out.WriteLine($"{model.Name,-24} {model.Directory}");
            return ExitCode.Success;
        });
        return command;
    }
}
