using CodeExit.LanguageServer.Ignore;
using Xunit.Abstractions;

namespace CodeExit.Tests.LanguageServer.Ignore;

public sealed class IgnoredFilesTests(ITestOutputHelper output) : IDisposable
{
    private readonly IgnoreFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>Against Git itself, on generated patterns and paths: nested files, negation, folders, stars, classes, escapes, blanks.</summary>
    [Fact]
    public void Why_GeneratedGitignores_SaysWhatGitSays()
    {
        var random = new Random(20261125);
        var (ignored, all) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            using var folder = new IgnoreFolder();
            folder.Write(".gitignore", Patterns(random));
            for (var more = random.Next(3); more > 0; more--) folder.Write(Path.Combine(Folders(random, random.Next(1, 3)), ".gitignore"), Patterns(random));
            if (random.Next(3) == 0) folder.Write(".git/info/exclude", Patterns(random));
            // Git looks at the disk to tell a folder from a file.
            string[] paths = [.. Enumerable.Range(0, 60).Select(_ => Folders(random, random.Next(1, 5))).Distinct().Where(path => !Directory.Exists(Path.Combine(folder.Root, path)))];
            if (folder.CheckIgnore(paths) is not { } expected)
            {
                output.WriteLine("skipped: there is no git here to compare with");
                return;
            }
            var files = Files(folder);
            foreach (var path in paths)
            {
                all++;
                if (expected.Contains(path)) ignored++;
                Assert.True(expected.Contains(path) == files.IsIgnored(folder.Uri(path)), $"{path}: {(expected.Contains(path) ? "ignored" : "not ignored")} by git\n{Contents(folder)}");
            }
        }
        Assert.InRange((double)ignored / all, 0.1, 0.9);
    }

    [Theory]
    [InlineData("build/", "build/a.py", true)]
    [InlineData("build/", "build", false)]
    [InlineData("*.log", "deep/down/x.log", true)]
    [InlineData("/*.log", "deep/x.log", false)]
    [InlineData("doc/*.txt", "doc/a.txt", true)]
    [InlineData("doc/*.txt", "doc/a/b.txt", false)]
    [InlineData("**/cache", "a/b/cache", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**", "a/x/y", true)]
    [InlineData("*.py\n!keep.py", "keep.py", false)]
    [InlineData("gone/\n!gone/keep.py", "gone/keep.py", true)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("\\!a", "!a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a ", "a", true)]
    [InlineData("a\r\nb\r\n", "b", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[a", "[a", false)]
    [InlineData("[[:digit:]].py", "7.py", true)]
    [InlineData("# a", "# a", false)]
    [InlineData("", "a", false)]
    public void Why_Gitignore_HasGitsMeaning(string gitignore, string path, bool ignored)
    {
        _folder.Write(".gitignore", gitignore);
        Assert.Equal(ignored, Files(_folder).IsIgnored(_folder.Uri(path)));
    }

    [Theory]
    [InlineData(".env", true)]
    [InlineData("app/.env.production", true)]
    [InlineData(".env.example", false)]
    [InlineData("certs/server.pem", true)]
    [InlineData("id_rsa", true)]
    [InlineData("id_rsa.pub", false)]
    [InlineData("home/.ssh/config", true)]
    [InlineData("home/.aws/credentials", true)]
    [InlineData("credentials.json", true)]
    [InlineData("credentials.py", false)]
    [InlineData("secrets.yaml", true)]
    [InlineData("environment.py", false)]
    [InlineData("monkey.py", false)]
    public void Why_NamesOfSecrets_AreIgnored(string path, bool ignored)
    {
        var why = Files(_folder).Why(_folder.Uri(path));
        Assert.Equal(ignored, why is not null);
        if (ignored) Assert.StartsWith("files that hold secrets: ", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_CodeexitignoreGoesBeforeTheOthers()
    {
        _folder.Write(".gitignore", "generated/\n");
        _folder.Write(".codeexitignore", "private/\n!.env.test\n!generated/api.py\n");
        var files = Files(_folder);

        Assert.Equal($"{_folder.Root}/.codeexitignore, line 1: private/", files.Why(_folder.Uri("private/a.py")));
        Assert.Null(files.Why(_folder.Uri(".env.test")));
        Assert.Null(files.Why(_folder.Uri("generated/api.py")));
        Assert.Equal($"{_folder.Root}/.gitignore, line 1: generated/", files.Why(_folder.Uri("generated/other.py")));
        Assert.NotNull(files.Why(_folder.Uri(".env")));
    }

    [Fact]
    public void Why_GitignoreTakesBackASecret_ItStaysOne()
    {
        _folder.Write(".gitignore", "!.env\n");
        Assert.NotNull(Files(_folder).Why(_folder.Uri(".env")));
    }

    [Fact]
    public void Why_FolderOfTheWorkspaceBelowTheRepository_RepositoryCountsToo()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, ".git"));
        _folder.Write(".gitignore", "*.gen.py\n");
        var files = new IgnoredFiles(_log.Add);
        files.SetFolders([_folder.Uri("part")]);

        Assert.NotNull(files.Why(_folder.Uri("part/a.gen.py")));
    }

    /// <summary>What is above an ignored folder that was opened as a workspace does not count in it; its own ignore files do.</summary>
    [Fact]
    public void Why_WorkspaceThatTheRepositoryIgnores_IsWorkedIn()
    {
        _folder.Write(".git/config", "");
        _folder.Write(".gitignore", "build/\n*.log\n");
        _folder.Write("build/work/.gitignore", "own/\n");
        var ignored = new IgnoredFiles(_log.Add);
        ignored.SetFolders([_folder.Uri("build/work")]);

        Assert.Null(ignored.Why(_folder.Uri("build/work/a.py")));
        Assert.Null(ignored.Why(_folder.Uri("build/work/a.log")));
        Assert.NotNull(ignored.Why(_folder.Uri("build/work/own/a.py")));
        Assert.NotNull(ignored.Why(_folder.Uri("build/other/a.py")));
        Assert.NotNull(ignored.Why(_folder.Uri("build/work/.env")));
    }

    [Fact]
    public void Why_RepositoryWithinTheWorkspace_OuterGitignoreDoesNotCount()
    {
        _folder.Write("inner/.git/HEAD", "");
        _folder.Write(".gitignore", "*.gen.py\n");
        _folder.Write(".codeexitignore", "*.private.py\n");
        var files = Files(_folder);

        Assert.Null(files.Why(_folder.Uri("inner/a.gen.py")));
        Assert.NotNull(files.Why(_folder.Uri("a.gen.py")));
        Assert.NotNull(files.Why(_folder.Uri("inner/a.private.py")));
    }

    [Fact]
    public void Recheck_IgnoreFileChanged_IsReadAgain()
    {
        var files = Files(_folder);
        Assert.Null(files.Why(_folder.Uri("a.py")));

        _folder.Write(".gitignore", "*.py\n");
        Assert.Null(files.Why(_folder.Uri("a.py"))); // nothing is polled
        files.Recheck();
        Assert.NotNull(files.Why(_folder.Uri("a.py")));

        _folder.Write(".gitignore", "*.pyc\n");
        files.Recheck();
        Assert.Null(files.Why(_folder.Uri("a.py")));

        File.Delete(Path.Combine(_folder.Root, ".gitignore"));
        files.Recheck();
        Assert.Null(files.Why(_folder.Uri("a.pyc")));
    }

    [Theory]
    [InlineData("untitled:Untitled-1", false)]
    [InlineData("untitled:.env", true)]
    [InlineData("vscode-notebook-cell:/x/.env#W0s", true)]
    [InlineData("no uri at all", false)]
    [InlineData("file:///", false)]
    [InlineData("file:///.env", true)]
    [InlineData("file:///a%20b/%2Eenv", true)]
    [InlineData("file:///c%3A/code/.env", true)]
    public void Why_OddUris_AreJudgedByName(string uri, bool ignored)
    {
        Assert.Equal(ignored, new IgnoredFiles(_log.Add).IsIgnored(uri));
    }

    [Fact]
    public void Why_HugeOrUnreadableIgnoreFile_IsLoggedAndLeftOut()
    {
        _folder.Write(".gitignore", new string('a', (1 << 20) + 1));
        Assert.Null(Files(_folder).Why(_folder.Uri("a.py")));
        Assert.Contains("is not read", Assert.Single(_log), StringComparison.Ordinal);
    }

    private IgnoredFiles Files(IgnoreFolder folder)
    {
        var files = new IgnoredFiles(_log.Add);
        files.SetFolders([new Uri(folder.Root).AbsoluteUri]);
        return files;
    }

    private static string Patterns(Random random)
    {
        string[] pieces = ["a", "b", "foo", "bar", "*", "**", "?", ".py", ".txt", "x.log", "src", "[ab]", "[!a]", "[b-o]*", "fo*", "*.log", "\\a", "[[:alpha:]]", "[]a]", "[a-"];
        var lines = new List<string>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var folders = Enumerable.Range(0, random.Next(1, 4)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(4) == 0 ? 2 : 1).Select(_ => pieces[random.Next(pieces.Length)])));
            var line = string.Join('/', folders);
            if (random.Next(4) == 0) line = "/" + line;
            if (random.Next(4) == 0) line += "/";
            if (random.Next(4) == 0) line = "!" + line;
            if (random.Next(12) == 0) line += " ";
            if (random.Next(20) == 0) line = "#" + line;
            lines.Add(line);
        }
        return string.Join(random.Next(3) == 0 ? "\r\n" : "\n", lines) + "\n";
    }

    private static string Folders(Random random, int depth)
    {
        string[] names = ["a", "b", "foo", "bar", "foo.py", "a.txt", "x.log", "src", "]", "ab", "aa.py"];
        return string.Join('/', Enumerable.Range(0, depth).Select(_ => names[random.Next(names.Length)]));
    }

    private static string Contents(IgnoreFolder folder) => string.Concat(
        Directory.GetFiles(folder.Root, ".gitignore", SearchOption.AllDirectories).Append(Path.Combine(folder.Root, ".git/info/exclude")).Where(File.Exists).Select(file => $"{file}:\n{File.ReadAllText(file)}"));
}
