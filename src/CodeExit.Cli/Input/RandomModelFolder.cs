using CodeExit.Evaluation.RandomModels;

namespace CodeExit.Cli.Input;

/// <summary>A folder with a random model in it, removed again on disposal unless it was asked to stay.</summary>
internal sealed class RandomModelFolder : IDisposable
{
    private readonly bool _temporary;

    private RandomModelFolder(ModelLocation location, bool temporary)
    {
        Location = location;
        _temporary = temporary;
    }

    public ModelLocation Location { get; }

    /// <param name="keep">Folder to write to and leave, new or empty; null for a temporary one.</param>
    /// <exception cref="CliException">The folder holds something already.</exception>
    public static RandomModelFolder Create(CliHost host, RandomModelShape shape, string? keep, int seed, CancellationToken cancellationToken)
    {
        if (keep is not null && (File.Exists(keep) || Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any()))
        {
            throw new CliException($"{keep} is not empty: --keep takes a new or empty folder; to time a model kept before, pass it as --model");
        }
        var folder = keep is null ? Directory.CreateTempSubdirectory("codeexit-random-").FullName : Path.GetFullPath(keep);
        var made = new RandomModelFolder(new ModelLocation("random-" + shape.Name, folder), temporary: keep is null);
        try
        {
            host.Progress($"writing random weights: {shape.Parameters / 1e6:0} M parameters");
            RandomModelWriter.Write(shape, folder, keep is null ? null : host.Models.Resolve(null).Directory, seed, cancellationToken);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_temporary) Directory.Delete(Location.Directory, recursive: true);
    }
}
