using CodeExit.Cli.Input;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Cli.Hub;

/// <param name="WasThere">Nothing had to be brought.</param>
internal sealed record PullResult(string Directory, string Commit, bool WasThere);

/// <summary>
/// Pulls one model: first the few kilobytes that tell whether it can be run, then the weights, and it is in place only when all of it is
/// there, checked and opened once. What an interrupted pull has brought is kept for the next.
/// </summary>
/// <param name="roomIn">Bytes that a folder's disk has left for this user.</param>
/// <param name="say">Takes a line on how the work goes on.</param>
internal sealed class ModelPull(HubClient client, ModelsFolder models, IComposition composition, Func<string, long> roomIn, Action<string> say)
{
    /// <exception cref="CliException">It cannot be pulled.</exception>
    /// <exception cref="CheckpointException">It is not a model that can be run.</exception>
    public async Task<PullResult> RunAsync(HubModel model, Action<FileProgress> progress, CancellationToken cancellationToken)
    {
        models.Installed(model); // whatever stands in the way is said before anything is asked
        using var alone = await models.LockAsync(model, () => say($"{model.Name} is being pulled by another codeexit: waiting"), cancellationToken).ConfigureAwait(false);
        var listing = await client.ListAsync(model, cancellationToken).ConfigureAwait(false);
        var folder = models.Of(model);
        if (models.Installed(model) is { } installed && installed.Commit == listing.Commit && installed.IsWhole(folder)) return new PullResult(folder, listing.Commit, WasThere: true);

        var gathering = models.Gathering(model, listing.Commit);
        var files = await GatherAsync(model, listing, gathering, progress, cancellationToken).ConfigureAwait(false);
        new PulledModel(model.Name, model.Revision, listing.Commit, [.. files.Select(file => new PulledFile(file.Path, file.Size, file.Hash.ToString()))]).Write(gathering);
        models.Install(model, gathering);
        return new PullResult(folder, listing.Commit, WasThere: false);
    }

    private async Task<IReadOnlyList<HubFile>> GatherAsync(
        HubModel model, HubListing listing, string folder, Action<FileProgress> progress, CancellationToken cancellationToken)
    {
        var download = new FileDownload(client, model, listing.Commit, progress);
        var judged = NeededFiles.ToJudge(model, listing);
        try
        {
            foreach (var file in judged) await download.BringAsync(file, folder, cancellationToken).ConfigureAwait(false);
            _ = Checkpoint.ReadConfig(folder);
            _ = composition.OpenTokenizer(new ModelLocation(model.Name, folder));
            var run = NeededFiles.ToRun(model, listing, folder);
            CheckRoom(model, run, folder);
            foreach (var file in run) await download.BringAsync(file, folder, cancellationToken).ConfigureAwait(false);
            _ = composition.DescribeModel(new ModelLocation(model.Name, folder));
            return [.. judged, .. run];
        }
        catch (CheckpointException)
        {
            Directory.Delete(folder, recursive: true); // all of it is as its host has it: another pull would end here again
            throw;
        }
    }

    private void CheckRoom(HubModel model, IReadOnlyList<HubFile> files, string folder)
    {
        var missing = files.Sum(file => file.Size - Math.Min(file.Size, new PartialFile(Path.Combine(folder, file.Path)).Length));
        var room = roomIn(folder);
        if (missing > room) throw new CliException($"{model.Name} takes {Megabytes(missing)} more, and the disk of {Path.GetFullPath(folder)} has {Megabytes(room)} left");
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:#,0.#} MB");
}
