namespace CodeExit.Cli.Hub;

/// <summary>
/// Where pulled models live: <c>owner/name</c> for each that is whole, and <c>.pulling</c> for what is on its way. Both are on one file
/// system, so that a model appears by a rename, complete or not at all.
/// </summary>
internal sealed class ModelsFolder(string path)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromSeconds(0.25);

    private string Pulling => Path.Combine(path, ".pulling");

    /// <summary>Where the model is once it is pulled.</summary>
    public string Of(HubModel model) => Path.Combine([path, .. model.Name.Split('/')]);

    /// <summary>Where the files of a commit gather; there after the call. Those of the model's other commits go.</summary>
    public string Gathering(HubModel model, string commit)
    {
        var folder = Path.Combine(Pulling, $"{model.FolderName}@{commit}");
        foreach (var stale in Directory.GetDirectories(Pulling, $"{model.FolderName}@*").Where(other => other != folder)) Directory.Delete(stale, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Waits until no one else pulls this model. Dispose the lock when it is there.</summary>
    /// <param name="waiting">Called once, where it has to wait.</param>
    public async Task<IDisposable> LockAsync(HubModel model, Action waiting, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Pulling);
        // Left behind on purpose: a lock file that is deleted can be held twice, by who opened it before and by who made it anew.
        var file = Path.Combine(Pulling, model.FolderName + ".lock");
        for (var first = true; ; first = false)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                if (first) waiting();
                await Task.Delay(LockPoll, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <exception cref="CliException">Something else is where the model would be.</exception>
    public PulledModel? Installed(HubModel model)
    {
        var folder = Of(model);
        if (!Path.Exists(folder)) return null;
        return PulledModel.Read(folder)
            ?? throw new CliException($"{folder} is there and was not pulled by codeexit: move it away, or set CODEEXIT_MODELS to another folder");
    }

    /// <summary>Puts a complete folder in place of what was pulled before, if anything was.</summary>
    public void Install(HubModel model, string gathered)
    {
        var folder = Of(model);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (!Directory.Exists(folder))
        {
            Directory.Move(gathered, folder);
            return;
        }
        KeepLearned(folder, gathered);
        var replaced = Path.Combine(Pulling, model.FolderName + ".replaced");
        if (Directory.Exists(replaced)) Directory.Delete(replaced, recursive: true);
        Directory.Move(folder, replaced);
        Directory.Move(gathered, folder);
        Directory.Delete(replaced, recursive: true);
    }

    /// <summary>What was learned here on the very same weights took minutes and still holds; on other weights it would only be refused.</summary>
    private static void KeepLearned(string from, string to)
    {
        if (PulledModel.Read(from) is not { } before || PulledModel.Read(to) is not { } now || !now.HasWeightsOf(before)) return;
        if (NeededFiles.Learned.Any(name => File.Exists(Path.Combine(to, name)))) return;
        foreach (var name in NeededFiles.Learned.Where(name => File.Exists(Path.Combine(from, name)))) File.Copy(Path.Combine(from, name), Path.Combine(to, name));
    }
}
