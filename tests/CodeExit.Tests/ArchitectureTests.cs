using System.Xml.Linq;

namespace CodeExit.Tests;

/// <summary>The arrows of the architecture, read from the project files: any other reference fails.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["CodeExit.Cli"] = ["CodeExit.LanguageServer", "CodeExit.Evaluation", "CodeExit.Training"],
        ["CodeExit.LanguageServer"] = ["CodeExit.Completion"],
        ["CodeExit.Evaluation"] = ["CodeExit.Completion"],
        ["CodeExit.Training"] = ["CodeExit.Inference"],
        ["CodeExit.Completion"] = ["CodeExit.Inference", "CodeExit.Telemetry"],
        ["CodeExit.Inference"] = [],
        ["CodeExit.Telemetry"] = [],
    };

    // Only names that appear in no prose by accident. Each is on the wire in LSP 3.18 or JSON-RPC 2.0.
    private static readonly string[] ProtocolWords =
        ["\"textDocument/", "\"workspace/", "\"window/", "\"$/", "\"jsonrpc\"", "Content-Length", "\"codeexit/"];

    public static TheoryData<string> Projects() => new(ProjectFiles().Select(file => Path.GetFileNameWithoutExtension(file)!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfAProject_AreAmongTheArrows(string project)
    {
        var file = ProjectFiles().Single(path => Path.GetFileNameWithoutExtension(path) == project);
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is not in the architecture: add it to ARCHITECTURE.md and here");

        var other = References(file).Except(allowed!).ToArray();

        Assert.True(other.Length == 0, $"{project} may not reference {string.Join(", ", other)}");
    }

    [Theory]
    [InlineData("CodeExit.Inference")]
    [InlineData("CodeExit.Telemetry")]
    public void References_OfALeaf_AreNone(string leaf)
    {
        Assert.Empty(References(ProjectFiles().Single(path => Path.GetFileNameWithoutExtension(path) == leaf)));
    }

    [Fact]
    public void Sources_OutsideLanguageServer_NameNoProtocolMethod()
    {
        var offenders =
            from file in ProjectFiles()
            where Path.GetFileNameWithoutExtension(file) != "CodeExit.LanguageServer"
            from source in SourceFiles(Path.GetDirectoryName(file)!)
            let text = File.ReadAllText(source)
            from word in ProtocolWords
            where text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(RepositoryFiles.Root, source)}: {word}";

        Assert.Empty(offenders);
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        var solution = File.ReadAllText(RepositoryFiles.Path("CodeExit.sln"));

        Assert.All(ProjectFiles(), file => Assert.Contains(Path.GetFileName(file), solution, StringComparison.Ordinal));
    }

    private static string[] ProjectFiles() =>
        [.. ProjectFilesUnder("src").Concat(ProjectFilesUnder("telemetry")).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> ProjectFilesUnder(string folder) =>
        Directory.EnumerateFiles(RepositoryFiles.Path(folder), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string projectFile) =>
        from reference in XDocument.Load(projectFile).Descendants("ProjectReference")
        select Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));

    private static IEnumerable<string> SourceFiles(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)
        where parts[0] is not ("bin" or "obj")
        select file;
}
