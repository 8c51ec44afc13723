using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Training;
using CodeExit.Training.States;

namespace CodeExit.Tests.Training;

public sealed class TuneWorkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint = Checkpoint.OpenBase(Fixtures.Folder("llama-base"));

    private string Work => Path.Combine(_folder.Path, "work");

    private string StatesFile => Path.Combine(Work, "states.bin");

    private static TokenStates States => new([1, 3], [0, 0, 1], [false, true, true], [7, 8, 9], [[1, 2, 3, 4, 5, 6], [-1, float.Epsilon, 0, 1e30f, -0f, 6]]);

    [Fact]
    public void LoadStates_OfTheSameKey_GivesWhatWasSaved()
    {
        Open("key").Save(States);

        var loaded = Open("key").LoadStates()!;

        Assert.Equal(States.Exits, loaded.Exits);
        Assert.Equal(States.Texts, loaded.Texts);
        Assert.Equal(States.InTruth, loaded.InTruth);
        Assert.Equal(States.Next, loaded.Next);
        Assert.Equal(States.States, loaded.States);
    }

    [Fact]
    public void Load_AnotherKeyOrNothing_GivesNothing()
    {
        Assert.Null(Open("key").LoadStates());
        Assert.Same(LearnedExits.None, Open("key").LoadLearned());
        Open("key").Save(States);
        Open("key").Save(Learned(40));

        Assert.Null(Open("other").LoadStates());
        Assert.Empty(Open("other").LoadLearned().Heads);
    }

    /// <summary>The power may go at any byte.</summary>
    [Fact]
    public void LoadStates_FileCutShortAnywhere_GivesNothing()
    {
        Open("key").Save(States);
        var whole = File.ReadAllBytes(StatesFile);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(StatesFile, whole[..length]);

            Assert.Null(Open("key").LoadStates());
        }
        File.WriteAllBytes(StatesFile, whole);
        Assert.NotNull(Open("key").LoadStates());
    }

    [Fact]
    public void LoadLearned_OfTheSameKey_GivesWhatWasSaved()
    {
        Open("key").Save(Learned(40));

        var loaded = Open("key").LoadLearned();

        var head = Assert.Single(loaded.Heads);
        var expected = Learned(40).Heads[2];
        Assert.Equal(2, head.Key);
        Assert.Equal(expected.Norm, head.Value.Norm);
        Assert.Equal(expected.Down, head.Value.Down);
        Assert.Equal(expected.Up, head.Value.Up);
        var probe = Assert.Single(loaded.Probes.All);
        Assert.Equal("classifier.2", probe.Key);
        Assert.Equal([7, 8], probe.Value.Layers[0].Weights.ToArray());
        Assert.Equal([9], probe.Value.Layers[0].Bias.ToArray());
    }

    /// <summary>Whoever tunes another model into the same folder begins anew, and is not told to remove a file that nobody knows of.</summary>
    [Fact]
    public void LoadLearned_OfAnotherModel_GivesNothing()
    {
        using var other = Checkpoint.OpenBase(Fixtures.Folder("qwen2"));
        Open("key").Save(Learned(40));

        Assert.Empty(new TuneWork(Work, "another", other).LoadLearned().Heads);
    }

    [Fact]
    public void LoadLearned_FileThatIsDamaged_GivesNothing()
    {
        Open("key").Save(Learned(40));
        var path = Path.Combine(Work, LearnedExitsFile.Name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^4]);

        Assert.Empty(Open("key").LoadLearned().Heads);
    }

    [Fact]
    public void Finish_Folder_IsGone()
    {
        Open("key").Save(States);
        Assert.True(File.Exists(StatesFile));

        Open("key").Finish();
        Assert.False(Directory.Exists(Work));
        Open("key").Finish(); // nothing there is nothing to remove
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _folder.Dispose();
    }

    private TuneWork Open(string key) => new(Work, key, _checkpoint);

    private static LearnedExits Learned(int hidden)
    {
        var random = new Random(1);
        var head = new ExitHead(random.Normals(hidden), random.Normals(hidden * 3), random.Normals(hidden * 3));
        return new LearnedExits(new Dictionary<int, ExitHead> { [2] = head }, LearnedProbes.None.With([("classifier.2", new ProbeNetwork([new ProbeLayer([7, 8], [9])]))]));
    }
}
