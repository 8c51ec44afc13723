namespace CodeExit.Tests.Inference.Checkpoints;

/// <summary>The small checkpoints that transformers made (tests/fixtures/checkpoints/make_fixtures.py).</summary>
internal static class Fixtures
{
    public static string Folder(string name) => RepositoryFiles.Path("tests", "fixtures", "checkpoints", name);

    public static IEnumerable<string> Names =>
        Directory.EnumerateDirectories(Folder(".")).Select(folder => Path.GetFileName(folder)!).Order();

    public static string Text(string fixture, string file) => File.ReadAllText(Path.Combine(Folder(fixture), file));
}
