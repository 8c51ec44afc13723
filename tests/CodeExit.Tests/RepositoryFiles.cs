namespace CodeExit.Tests;

/// <summary>Files of the working tree that tests read.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "CodeExit.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("CodeExit.sln is in no folder above " + AppContext.BaseDirectory);
    }
}
