namespace CodeExit.Cli.Input;

/// <summary>A model folder and the name that reports use for it.</summary>
internal sealed record ModelLocation(string Name, string Directory);

/// <summary>Finds model folders: the embedded one beside the binary, any folder, or the name of a pulled one.</summary>
/// <param name="binaryDirectory">Where the binary lies; the embedded model is its "model" folder.</param>
/// <param name="modelsDirectory">Where pulled models live; null for a user without a home who has not set CODEEXIT_MODELS.</param>
internal sealed class ModelLocator(string binaryDirectory, string? modelsDirectory)
{
    /// <summary>Name of the embedded model.</summary>
    public const string DefaultName = "default";

    /// <summary>CODEEXIT_MODELS, else a folder among the user's data. Null for a user without a home.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string? DefaultDirectory(Func<string, string?> environment)
    {
        if (environment("CODEEXIT_MODELS") is { Length: > 0 } given) return given;
        return UserData.Directory(environment) is { } data ? Path.Combine(data, "models") : null;
    }

    /// <exception cref="CliException">No such model.</exception>
    public ModelLocation Resolve(string? model)
    {
        if (model is null or DefaultName && !Directory.Exists(model)) return Embedded();
        if (Directory.Exists(model))
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model));
            return List().FirstOrDefault(known => known.Directory == full) ?? new ModelLocation(Path.GetFileName(full), full);
        }
        var pulled = Path.Combine(ModelsDirectory, model);
        return Directory.Exists(pulled)
            ? new ModelLocation(model, Path.GetFullPath(pulled))
            : throw new CliException($"no model '{model}': neither a folder nor a pulled one (codeexit model list; CODEEXIT_MODELS is {ModelsDirectory})");
    }

    /// <summary>Where pulled models live, whether or not it is there yet.</summary>
    /// <exception cref="CliException">There is no place for them.</exception>
    public string ModelsDirectory => modelsDirectory
        ?? throw new CliException("there is no home folder to keep models in: set CODEEXIT_MODELS to a folder");

    /// <summary>Every model that can be named, the embedded one first.</summary>
    public IReadOnlyList<ModelLocation> List()
    {
        var found = new List<ModelLocation>();
        if (IsModel(EmbeddedDirectory)) found.Add(new ModelLocation(DefaultName, EmbeddedDirectory));
        if (!Directory.Exists(modelsDirectory)) return found;
        // Pulled names may hold one slash: owner/name.
        var owners = Directory.GetDirectories(modelsDirectory).Where(folder => Path.GetFileName(folder)[0] != '.').ToArray(); // .pulling is none
        var candidates = owners.Concat(owners.Where(owner => !IsModel(owner)).SelectMany(Directory.GetDirectories));
        found.AddRange(candidates
            .Where(IsModel)
            .Select(folder => new ModelLocation(Path.GetRelativePath(modelsDirectory, folder).Replace('\\', '/'), Path.GetFullPath(folder)))
            .OrderBy(location => location.Name, StringComparer.Ordinal));
        return found;
    }

    private string EmbeddedDirectory => Path.Combine(binaryDirectory, "model");

    private ModelLocation Embedded() => IsModel(EmbeddedDirectory)
        ? new ModelLocation(DefaultName, EmbeddedDirectory)
        : throw new CliException($"the embedded model is missing: no config.json in {EmbeddedDirectory}; build or install again, or pass --model DIR");

    private static bool IsModel(string folder) => File.Exists(Path.Combine(folder, "config.json"));
}
