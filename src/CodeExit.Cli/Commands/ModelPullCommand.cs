using System.CommandLine;
using CodeExit.Cli.Hub;
using CodeExit.Cli.Output;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Cli.Commands;

/// <summary><c>codeexit model pull</c>: brings a model from a Hugging Face-compatible host.</summary>
internal static class ModelPullCommand
{
    public static Command Create(CliHost host)
    {
        var repository = new Argument<string>("REPO[@REVISION]") { Description = "A model on the host, as owner/name; of a branch, tag or commit, main without it." };
        var command = new Command("pull", "Brings a model from Hugging Face, or from the compatible host that HF_ENDPOINT names.") { repository };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = HubModel.Parse(parsed.GetRequiredValue(repository));
            using var transport = HubClient.CreateTransport();
            var client = new HubClient(HubEndpoint.FromEnvironment(host.Environment), transport, host.HubPatience);
            var pull = new ModelPull(client, new ModelsFolder(host.Models.ModelsDirectory), host.Composition, host.RoomIn, host.Progress);
            var result = await RunAsync(host, pull, model, cancellationToken).ConfigureAwait(false);
            host.Out.WriteLine($"{model.Name} at {result.Commit} {(result.WasThere ? "is there already" : "pulled")}: {result.Directory}");
            if (!result.WasThere) host.Out.WriteLine($"use it with --model {model.Name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<PullResult> RunAsync(CliHost host, ModelPull pull, HubModel model, CancellationToken cancellationToken)
    {
        try
        {
            return await PullProgressView.RunAsync(host, progress => pull.RunAsync(model, progress, cancellationToken)).ConfigureAwait(false);
        }
        catch (CheckpointException exception)
        {
            throw new CliException($"{model.Name} cannot be run by this version, and was not installed: {exception.Message}");
        }
    }
}
