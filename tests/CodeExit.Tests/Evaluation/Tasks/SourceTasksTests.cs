using CodeExit.Evaluation.Tasks;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Evaluation.Tasks;

public sealed class SourceTasksTests : IDisposable
{
    private static readonly HashSet<string> NoneLearned = [];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_FolderOfCode_GivesRestsOfLinesThatFitTheirHoles()
    {
        const string Python = "import os\r\n\r\n    # größe 👩\r\nprint(os.getcwd())   \r\n";
        const string Java = "class A { }\n";
        Write("a/b.py", Python);
        Write("C.java", Java);
        Write("notes.txt", "no code");
        Write("blank.py", "\n \n");

        var tasks = SourceTasks.Read(_folder.Path, 200, seed: 1, NoneLearned);

        Assert.Equal(200, tasks.Count);
        Assert.Equal(["C.java", System.IO.Path.Combine("a", "b.py")], tasks.Select(task => task.Name).Distinct().Order(StringComparer.Ordinal));
        foreach (var task in tasks)
        {
            var whole = task.Text.Insert(task.Offset, task.Truth);
            Assert.Equal(task.Name == "C.java" ? Java : Python.ReplaceLineEndings("\n"), whole);
            Assert.Equal(task.Truth.TrimEnd(), task.Truth);
            Assert.NotEmpty(task.Truth);
            Assert.DoesNotContain('\n', task.Truth);
            Assert.False(char.IsLowSurrogate(task.Truth[0]));
        }
        Assert.Equal(Alone(tasks), Alone(SourceTasks.Read(_folder.Path, 200, seed: 1, NoneLearned)));
        Assert.NotEqual(Alone(tasks), Alone(SourceTasks.Read(_folder.Path, 200, seed: 2, NoneLearned)));
    }

    [Fact]
    public void ReadOnePerFile_FewerTextsThanAskedFor_TakesEachTextOnce()
    {
        for (var file = 0; file < 20; file++) Write($"f{file}.py", $"value = {file / 2}\n");
        Write("blank.py", "\n");

        var tasks = SourceTasks.ReadOnePerFile(_folder.Path, 50, seed: 1, NoneLearned);

        Assert.Equal(10, tasks.Count);
        Assert.Equal(10, tasks.Select(task => task.Text.Insert(task.Offset, task.Truth)).Distinct().Count());
        Assert.Equal(Alone(tasks), Alone(SourceTasks.ReadOnePerFile(_folder.Path, 50, seed: 1, NoneLearned)));
        Assert.Equal(Alone(tasks.Take(4)), Alone(SourceTasks.ReadOnePerFile(_folder.Path, 4, seed: 1, NoneLearned)));
        var other = SourceTasks.ReadOnePerFile(_folder.Path, 50, seed: 2, NoneLearned);
        Assert.NotEqual(tasks.Select(task => task.Name), other.Select(task => task.Name));
        Assert.NotEqual(tasks.Select(task => task.Name).Order(), tasks.Select(task => task.Name));
    }

    [Fact]
    public void Read_FilesOfOneFolder_AreOpenBesideEachOther()
    {
        for (var file = 0; file < 12; file++) Write($"a/f{file:00}.py", $"value = {file}\n");
        Write("a/notes.txt", "no code");
        Write("b/alone.py", "value = 1\n");

        var tasks = SourceTasks.ReadOnePerFile(_folder.Path, 50, seed: 1, NoneLearned);

        foreach (var files in tasks.Select(task => task.Files!))
        {
            var folder = files.Name[..2];
            Assert.DoesNotContain(files.Name, files.Others.Select(other => other.Name));
            Assert.All(files.Others, other => Assert.StartsWith(folder, other.Name, StringComparison.Ordinal));
            Assert.Equal(folder == "a/" ? 8 : 0, files.Others.Count);
        }
    }

    [Fact]
    public void Read_NothingToComplete_SaysSo()
    {
        Assert.Contains("no source file", Assert.Throws<InvalidDataException>(() => SourceTasks.Read(_folder.Path, 1, 1, NoneLearned)).Message);
        Assert.Contains("no such folder", Assert.Throws<DirectoryNotFoundException>(() => SourceTasks.Read(_folder.Path + "x", 1, 1, NoneLearned)).Message);
        Assert.Contains("no source file", Assert.Throws<InvalidDataException>(() => SourceTasks.ReadOnePerFile(_folder.Path, 1, 1, NoneLearned)).Message);
        Assert.Contains("no such folder", Assert.Throws<DirectoryNotFoundException>(() => SourceTasks.ReadOnePerFile(_folder.Path + "x", 1, 1, NoneLearned)).Message);
    }

    [Fact]
    public void Read_FilesThatWereLearnedFrom_AreLeftOut()
    {
        Write("known.py", "a = 1\r\n");
        Write("copy.py", "a = 1\n"); // the same text, but for its line ends
        Write("new.py", "a = 2\n");
        var learned = SourceTasks.ReadOnePerFile(_folder.Path, 9, 1, new HashSet<string>()).Where(task => task.Name != "new.py").Select(task => task.Source!).ToHashSet();
        Assert.Single(learned);

        Assert.Equal(["new.py"], SourceTasks.Read(_folder.Path, 20, 1, learned).Select(task => task.Name).Distinct());
        Assert.Equal(["new.py"], SourceTasks.ReadOnePerFile(_folder.Path, 20, 1, learned).Select(task => task.Name));
        learned.Add(SourceTasks.Fingerprint("a = 2\n"));
        Assert.Contains("none that this model's policies were not learned from", Assert.Throws<InvalidDataException>(() => SourceTasks.Read(_folder.Path, 1, 1, learned)).Message);
        Assert.Throws<InvalidDataException>(() => SourceTasks.ReadOnePerFile(_folder.Path, 1, 1, learned));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Without their neighbours, which are objects of their own.</summary>
    private static IEnumerable<CompletionTask> Alone(IEnumerable<CompletionTask> tasks) => tasks.Select(task => task with { Files = null });

    private void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
