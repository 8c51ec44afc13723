using System.Collections.Concurrent;

namespace CodeExit.LanguageServer.Ignore;

/// <summary>
/// The files of one connection whose text never gets to the model, neither to be completed nor as context of another: those of
/// <c>.gitignore</c> and <c>.codeexitignore</c>, by Git's rules, and those that hold secrets by their name. A pattern of a
/// <c>.codeexitignore</c> goes before both others, so that its <c>!</c> takes back what they ignore. Safe for many threads.
/// </summary>
internal sealed class IgnoredFiles(Action<string> log)
{
    private readonly Lock _lock = new();
    private readonly IgnoreFileCache _files = new(log);
    private readonly ConcurrentDictionary<string, string> _verdicts = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _folders = [];

    /// <summary>The workspace's, as URIs.</summary>
    public void SetFolders(IEnumerable<string> uris)
    {
        lock (_lock) _folders = [.. uris.Select(DocumentPath.Of).OfType<string>()];
        Recheck();
    }

    public void ChangeFolders(IEnumerable<string> added, IEnumerable<string> removed)
    {
        lock (_lock)
        {
            string[] gone = [.. removed.Select(DocumentPath.Of).OfType<string>()];
            _folders = [.. _folders.Except(gone).Union(added.Select(DocumentPath.Of).OfType<string>())];
        }
        Recheck();
    }

    /// <summary>Something was opened, saved or changed on disk: look at the times of the ignore files again when next asked.</summary>
    public void Recheck() => _verdicts.Clear();

    public bool IsIgnored(string uri) => Why(uri) is not null;

    /// <returns>What ignores the document, for people; null where its text may be read.</returns>
    public string? Why(string uri) => _verdicts.GetOrAdd(uri, Judge) is { Length: > 0 } why ? why : null;

    private string Judge(string uri)
    {
        if (DocumentPath.Of(uri) is not { } path)
            return SecretFiles.All.Match("/" + DocumentPath.NameOf(uri), isFolder: false) is { TakesBack: false } secret ? $"{SecretFiles.Name}: {secret.Line}" : "";
        lock (_lock)
        {
            string? repository = Above(path, folder => Path.Exists(folder + "/.git"));
            string? workspace = _folders.Where(folder => path.StartsWith(folder + "/", StringComparison.Ordinal)).MinBy(folder => folder.Length);
            string own = path[..path.LastIndexOf('/')];
            string outermost = new[] { repository, workspace }.OfType<string>().MinBy(folder => folder.Length) ?? own;

            if (IgnoreRules.Match(path, outermost, [], folder => InFolder(folder, ".codeexitignore")) is { } ours) return ours.Ignores ? $"{ours}" : "";
            if (IgnoreRules.Match(path, "", [SecretFiles.All], _ => null) is { Ignores: true } secret) return $"{SecretFiles.Name}: {secret.Pattern.Line}";
            if (repository is null) return Git(path, workspace ?? own) is { } alone ? $"{alone}" : "";
            // Who opens an ignored folder as a workspace wants to work in it: there, what is above it does not count.
            bool isOpened = workspace is not null && workspace.Length > repository.Length && Git(workspace, repository, ofFolder: true) is not null;
            return Git(path, isOpened ? workspace! : repository) is { } git ? $"{git}" : "";
        }
    }

    /// <param name="top">The repository, where there is one: then what it excludes on this machine counts too.</param>
    /// <returns>Null where Git does not ignore it.</returns>
    private IgnoreMatch? Git(string path, string top, bool ofFolder = false)
    {
        IgnoreFile? exclude = _files.Get(top + "/.git/info/exclude", top);
        IgnoreMatch? match = IgnoreRules.Match(path, top, exclude is null ? [] : [exclude], folder => InFolder(folder, ".gitignore"), ofFolder);
        return match is { Ignores: true } ? match : null;
    }

    private IgnoreFile? InFolder(string folder, string name) => _files.Get($"{folder}/{name}", folder);

    /// <summary>The nearest folder above a path that is as wanted.</summary>
    private static string? Above(string path, Func<string, bool> wanted)
    {
        for (int end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (wanted(path[..end])) return path[..end];
        }
        return null;
    }
}
