using CodeExit.Completion;
using CodeExit.Completion.Gate;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Completion.Gates;

public class AskGateTests
{
    private const string Document = "file:///a.py";

    private readonly TypingHistory _history = new(new ManualTime());
    private readonly AcceptanceModel _acceptance = new();

    [Theory]
    [InlineData("python", "val█ue = 1\n", GateReason.MidWord)]
    [InlineData("python", "value█ = 1\n", null)]
    [InlineData("python", "█value = 1\n", null)]
    [InlineData("python", "x = f(█)\n", null)]
    [InlineData("typescript", "f(a);█\n", GateReason.AfterCloser)]
    [InlineData("typescript", "for (let i = 0;█\n", null)]
    [InlineData("typescript", "  }█\n", GateReason.AfterCloser)]
    [InlineData("typescript", "f({a: 1}█\n", null)]
    [InlineData("typescript", "f(a)█\n", null)]
    [InlineData("shellscript", "a;█\n", null)]
    [InlineData("python", "# done;█\n", null)]
    [InlineData("python", "    █\n", null)]
    public void Decide_PlaceJustTypedTo_AsksWhereASuggestionIsWanted(string language, string marked, GateReason? reason)
    {
        var (text, offset) = Marked.Document(marked);
        _history.Edited(Document, offset - 1, 0, 1);

        Assert.Equal(reason, Gate().Decide(Request(text, offset, language), Document, offset).Reason);
    }

    [Theory]
    [InlineData("# what this █ does\n", GateReason.BeingRead)]
    [InlineData("x = \"hello █\"\n", GateReason.BeingRead)]
    [InlineData("def f():\n    \"\"\"Says\n    █\n    \"\"\"\n", GateReason.BeingRead)]
    [InlineData("x = █\n", null)]
    public void Decide_CursorOnlyMovedThere_DoesNotAskInWhatIsBeingRead(string marked, GateReason? reason)
    {
        var (text, offset) = Marked.Document(marked);
        Assert.Equal(reason, Gate().Decide(Request(text, offset), Document, offset).Reason);

        _history.Edited(Document, offset - 1, 0, 1);
        Assert.Null(Gate().Decide(Request(text, offset), Document, offset).Reason);
    }

    [Fact]
    public void Decide_DeletionsInARow_DoesNotAskUntilSomethingIsTyped()
    {
        const string Text = "x = fo\n";
        _history.Edited(Document, 6, 1, 0);
        Assert.Null(Gate().Decide(Request(Text, 6), Document, 6).Reason); // one: a typing error
        _history.Edited(Document, 6, 1, 0);
        Assert.Equal(GateReason.Deleting, Gate().Decide(Request(Text, 6), Document, 6).Reason);
        _history.Edited(Document, 6, 0, 1);
        Assert.Null(Gate().Decide(Request("x = foo\n", 7), Document, 7).Reason);
    }

    [Fact]
    public void Decide_RejectedTwiceHere_DoesNotAskHere()
    {
        var gate = Gate();
        var place = gate.Decide(Request("x = \n", 4), Document, 4).Place;
        _history.Rejected(place, "1");
        Assert.Null(gate.Decide(Request("x = \n", 4), Document, 4).Reason);
        _history.Rejected(place, "2");

        Assert.Equal(GateReason.RejectedHere, gate.Decide(Request("x = \n", 4), Document, 4).Reason);
        Assert.Null(gate.Decide(Request("y = \n", 4), Document, 4).Reason);
        Assert.Null(gate.Decide(Request("x = \n", 4), "file:///b.py", 4).Reason);
        Assert.Null(gate.Decide(Request("x = \ny = 2\n", 4), Document, 4).Reason);
    }

    [Fact]
    public void Repeats_JustRejectedHere_IsRejectedOnceMore()
    {
        var place = Gate().Decide(Request("x = \n", 4), Document, 4).Place;
        Assert.False(_history.Repeats(place, "1"));
        _history.Rejected(place, "1");

        Assert.False(_history.Repeats(place, "2"));
        Assert.True(_history.Repeats(place, "1"));
        Assert.Equal(2, _history.Rejections(place));
    }

    [Fact]
    public void Decide_NothingLearned_AsksEverywhere()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var text = RandomDocuments.Next(random, 4);
            var offset = RandomDocuments.Cursor(random, text);
            Assert.NotEqual(GateReason.Unlikely, Gate().Decide(Request(text, offset), Document, offset).Reason);
        }
    }

    [Fact]
    public void Decide_AlwaysRejectedAtSuchPlaces_AsksSeldomThereAndStillElsewhere()
    {
        var gate = Gate();
        for (var round = 0; round < 4000; round++)
        {
            Teach(gate, "x = ", accepted: false, times: 1);
            Teach(gate, "x.", accepted: true, times: 1);
        }

        var asked = Enumerable.Range(0, 80).Count(_ => gate.Decide(Request("y = \n", 4), Document, 4).IsAsked);
        Assert.Equal(80 / AskGate.Exploration, asked);
        Assert.All(Enumerable.Range(0, 20), _ => Assert.True(gate.Decide(Request("y.\n", 2), Document, 2).IsAsked));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.True(gate.Decide(Request("y = \n", 4, "go"), Document, 4).IsAsked));
    }

    [Fact]
    public void Decide_AcceptedAfterAll_Recovers()
    {
        var gate = Gate();
        Teach(gate, "x = ", accepted: false, times: 500);
        var lessons = 0;
        for (var request = 0; request < 400; request++)
        {
            var decision = gate.Decide(Request("x = \n", 4), Document, 4);
            if (!decision.IsAsked) continue;
            gate.Learn(decision, accepted: true);
            lessons++;
        }

        Assert.InRange(lessons, 300, 400); // a few explorations were enough
    }

    [Fact]
    public void Read_WrittenByAnother_KnowsTheSame()
    {
        using var folder = new TemporaryFolder();
        var model = new AcceptanceModel(new GateFile(folder.Path, Unwanted));
        var gate = new AskGate(model, _history);
        Teach(gate, "secretName = ", accepted: false, times: 20);
        model.Flush();
        var file = Path.Combine(folder.Path, GateFile.Name);
        var written = File.ReadAllText(file);

        Assert.DoesNotContain("secretName", written, StringComparison.Ordinal);
        Assert.DoesNotContain("a.py", written, StringComparison.Ordinal);
        var features = gate.Decide(Request("z = \n", 4), Document, 4).Features.ToArray();
        var read = new AcceptanceModel(new GateFile(folder.Path, Unwanted));
        Assert.InRange(read.Probability("python", features), 0, AcceptanceModel.Prior - 0.01);
        Assert.Equal(AcceptanceModel.Prior, read.Probability("rust", features));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"version":1,"languages":{"python":[1]}}""")]
    [InlineData("""{"version":9,"languages":{}}""")]
    [InlineData("""{"version":1,"languages":{"python":null}}""")]
    public void Read_BrokenFile_BeginsAnewAndMendsIt(string broken)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, GateFile.Name), broken);
        var model = new AcceptanceModel(new GateFile(folder.Path, _ => { }));
        var gate = new AskGate(model, _history);
        Teach(gate, "x = ", accepted: false, times: 1);
        model.Flush();

        Assert.NotEqual(broken, File.ReadAllText(Path.Combine(folder.Path, GateFile.Name)));
    }

    [Fact]
    public void Write_FolderCannotBeMade_SaysSoOnceAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var occupied = Path.Combine(folder.Path, "file");
        File.WriteAllText(occupied, "");
        List<string> said = [];
        var model = new AcceptanceModel(new GateFile(occupied, said.Add));
        Teach(new AskGate(model, _history), "x = ", accepted: false, times: 64);
        model.Flush();

        Assert.Contains("cannot be kept", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_DiskThatHangs_DoesNotWaitForIt()
    {
        using var folder = new TemporaryFolder();
        var occupied = Path.Combine(folder.Path, "file");
        File.WriteAllText(occupied, "");
        using var goesOn = new ManualResetEventSlim();
        var ended = false;
        var model = new AcceptanceModel(new GateFile(occupied, _ =>
        {
            goesOn.Wait(TimeSpan.FromSeconds(30));
            Volatile.Write(ref ended, true);
        }));
        Teach(new AskGate(model, _history), "x = ", accepted: false, times: 64);

        Assert.False(Volatile.Read(ref ended));
        goesOn.Set();
        model.Flush();
        Assert.True(Volatile.Read(ref ended));
    }

    private AskGate Gate() => new(_acceptance, _history);

    private static CompletionRequest Request(string text, int offset, string language = "python") => new(text, offset) { LanguageId = language };

    private static void Unwanted(string line) => Assert.Fail(line);

    private static void Teach(AskGate gate, string before, bool accepted, int times)
    {
        var decision = gate.Decide(Request(before + "\n", before.Length), Document, before.Length);
        for (var i = 0; i < times; i++) gate.Learn(decision, accepted);
    }
}
