using CodeExit.Evaluation.Replay;
using CodeExit.Evaluation.Tasks;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Evaluation.Replay;

public sealed class TraceGeneratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("codeexit-trace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Generate_RandomFiles_TypedBackGiveTheFiles()
    {
        var random = new Random(11);
        for (var file = 0; file < 30; file++) File("f" + file + ".py", "a" + RandomDocuments.Next(random, lines: 40));

        var trace = TraceGenerator.Generate(_folder, 20_000, seed: 5);

        Assert.InRange(trace.Length, 20_000, int.MaxValue);
        foreach (var session in trace.Sessions)
        {
            var document = new TypedDocument(session);
            var typed = document.Text;
            foreach (var key in session.Keys)
            {
                Assert.Equal(key.Text, document.Next.Text);
                Assert.Equal(typed, document.Text);
                typed = typed.Insert(document.Cursor, key.Text);
                document.Write(key.Text.Length);
            }
            Assert.True(document.IsComplete);
            Assert.Equal(session.Text, typed);
            Assert.Equal(System.IO.File.ReadAllText(Path.Combine(_folder, session.File)).ReplaceLineEndings("\n"), typed);
            Assert.All(session.Keys, key => Assert.True(key.DelayMs > 0));
            // Before the first key the cursor stands behind its line's indentation, and nothing is typed behind the last visible character.
            Assert.True(session.Text.AsSpan(0, session.Start)[(session.Text.LastIndexOf('\n', Math.Max(0, session.Start - 1)) + 1)..].IsWhiteSpace());
            Assert.False(char.IsWhiteSpace(session.Keys[0].Text[0]));
            Assert.False(char.IsWhiteSpace(session.Keys[^1].Text[^1]));
        }
    }

    [Fact]
    public void Generate_ALineBreak_BringsItsIndentation()
    {
        File("a.py", "if x:\n    y = 1\n");
        var keys = TraceGenerator.Generate(_folder, 1000, seed: 1).Sessions.First(session => session.Start == 0).Keys;

        Assert.Equal(["i", "f", " ", "x", ":", "\n    ", "y"], keys.Take(7).Select(key => key.Text));
    }

    [Fact]
    public void Generate_SameSeed_GivesTheSame()
    {
        File("a.py", "x = 1\ny = 2\n");
        File("b.py", "print(3)\n");

        static string Text(TypingTrace trace) => string.Join('\n', trace.Sessions.Select(session => $"{session.File} {session.Start} {string.Join(' ', session.Keys)}"));
        Assert.Equal(Text(TraceGenerator.Generate(_folder, 100, 3)), Text(TraceGenerator.Generate(_folder, 100, 3)));
        Assert.NotEqual(Text(TraceGenerator.Generate(_folder, 100, 3)), Text(TraceGenerator.Generate(_folder, 100, 4)));
    }

    [Fact]
    public void Generate_FilesLearnedFrom_AreLeftOut()
    {
        File("a.py", "x = 1\n");
        var known = new HashSet<string> { SourceTasks.Fingerprint("x = 1\n") };

        Assert.Contains("learned from", Assert.Throws<InvalidDataException>(() => TraceGenerator.Generate(_folder, 10, 1, known)).Message);
    }

    [Fact]
    public void NextMs_WithinAWord_HasTheMeanAndDeviationItNames()
    {
        var rhythm = new TypingRhythm(new Random(2));
        double[] delays = [.. Enumerable.Range(0, 50_000).Select(_ => rhythm.NextMs('a', 'b'))];

        var mean = delays.Average();
        Assert.Equal(239, mean, 2.0); // four standard errors: 112 / √50000 is 0.5
        Assert.Equal(112, Math.Sqrt(delays.Average(each => (each - mean) * (each - mean))), 5.0);
    }

    [Fact]
    public void NextMs_LineStarts_AreThoughtOf()
    {
        var rhythm = new TypingRhythm(new Random(2));

        // 239, and 1350 to think, and one time in five 5000 more.
        Assert.Equal(239 + 1350 + 1000, Enumerable.Range(0, 50_000).Average(_ => rhythm.NextMs('\n', 'b')), 60.0);
        Assert.Equal(239 + 1350 / 8.0, Enumerable.Range(0, 50_000).Average(_ => rhythm.NextMs(' ', 'b')), 12.0);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        File("a.py", "x = 'é𝒳'\n\ty\n");
        var trace = TraceGenerator.Generate(_folder, 50, 3);
        var path = Path.Combine(_folder, "trace.json");

        TraceFile.Write(path, trace);
        var read = TraceFile.Read(path);

        Assert.Equal((trace.Seed, trace.Sessions.Count), (read.Seed, read.Sessions.Count));
        foreach (var (written, again) in trace.Sessions.Zip(read.Sessions))
        {
            Assert.Equal((written.File, written.LanguageId, written.Text, written.Start), (again.File, again.LanguageId, again.Text, again.Start));
            Assert.Equal(written.Keys, again.Keys);
        }
    }

    [Theory]
    [InlineData("{}", "is no trace")]
    [InlineData("no", "is no trace")]
    [InlineData("""{"seed":1,"sessions":[]}""", "holds no session")]
    [InlineData("""{"seed":1,"sessions":[{"file":"a","languageId":null,"text":"ab","start":1,"keys":[{"text":"c","delayMs":1}]}]}""", "do not write")]
    [InlineData("""{"seed":1,"sessions":[{"file":"a","languageId":null,"text":"ab","start":-1,"keys":[{"text":"a","delayMs":1}]}]}""", "do not write")]
    [InlineData("""{"seed":1,"sessions":[{"file":"a","languageId":null,"text":"ab","start":0,"keys":[{"text":"a","delayMs":-1}]}]}""", "delayMs -1")]
    [InlineData("""{"seed":1,"sessions":[{"file":"a","languageId":null,"text":"ab","start":0,"keys":[]}]}""", "has no keys")]
    public void Read_NoTrace_SaysWhere(string content, string said)
    {
        var path = File("trace.json", content);

        var exception = Assert.Throws<InvalidDataException>(() => TraceFile.Read(path));

        Assert.StartsWith(path, exception.Message);
        Assert.Contains(said, exception.Message);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
