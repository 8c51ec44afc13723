using CodeExit.Evaluation.Tasks;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Evaluation.Tasks;

public sealed class TaskFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_HumanEvalInfilling_PutsTheHoleBetweenPromptAndSuffix()
    {
        var file = Write("""{"task_id": "SingleLineInfilling/0", "prompt": "def f():\n", "suffix": "    return x\n", "canonical_solution": "    x = 1\n", "test": ""}""");

        Assert.Equal([new("SingleLineInfilling/0", "def f():\n    return x\n", 9, "    x = 1\n")], TaskFile.Read(file, 10));
    }

    [Fact]
    public void Read_CodeXGlue_TurnsItsMarksIntoCode()
    {
        var file = Write("""{"id": 7, "input": "<s> import os <EOL> x = [ <NUM_LIT:1> , <NUM_LIT> , <STR_LIT:utf-8> , <STR_LIT> ] <EOL> print (", "gt": "x [ <NUM_LIT:0> ] )"}""");

        var task = Assert.Single(TaskFile.Read(file, 10));

        Assert.Equal("import os\nx = [ 1 , 0 , \"utf-8\" , \"\" ]\nprint (", task.Text);
        Assert.Equal((task.Text.Length, "x [ 0 ] )"), (task.Offset, task.Truth));
    }

    [Theory]
    [InlineData("{", "tasks.jsonl:2: is not JSON")]
    [InlineData("[1]", "tasks.jsonl:2: has neither")]
    [InlineData("{\"prompt\": \"a\", \"suffix\": 3, \"canonical_solution\": \"b\"}", "tasks.jsonl:2: has neither")]
    public void Read_BadLine_NamesIt(string line, string complaint)
    {
        var file = Write("{\"input\": \"a\", \"gt\": \"b\"}\n" + line);

        Assert.Contains(complaint, Assert.Throws<InvalidDataException>(() => TaskFile.Read(file, 10)).Message);
        Assert.Single(TaskFile.Read(file, 1));
    }

    [Fact]
    public void Read_EmptyOrMissingFile_SaysSo()
    {
        Assert.Contains("holds no task", Assert.Throws<InvalidDataException>(() => TaskFile.Read(Write("\n"), 1)).Message);
        Assert.Contains("no such file", Assert.Throws<FileNotFoundException>(() => TaskFile.Read(_folder.Path + "/none", 1)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string text)
    {
        var path = System.IO.Path.Combine(_folder.Path, "tasks.jsonl");
        File.WriteAllText(path, text);
        return path;
    }
}
