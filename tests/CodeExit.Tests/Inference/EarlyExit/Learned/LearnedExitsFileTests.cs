using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.EarlyExit.Learned;

public sealed class LearnedExitsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.CopyOf("llama-own-head");
    private readonly string _base;
    private readonly int _hidden;

    public LearnedExitsFileTests()
    {
        using var checkpoint = Checkpoint.OpenBase(_folder.Path);
        (_base, _hidden) = (BaseFingerprint.Of(checkpoint), checkpoint.Config.HiddenSize);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WhatWasWritten_ComesBack()
    {
        var learned = Learned() with { TrainedOn = new HashSet<string> { "b", "a" } };
        LearnedExitsFile.Write(_folder.Path, learned, _base, new Dictionary<string, string> { ["seed"] = "5" });

        using var checkpoint = Checkpoint.Open(_folder.Path);

        var read = checkpoint.Config.Learned;
        var (layer, head) = Assert.Single(read.Heads);
        Assert.Equal(1, layer);
        Assert.Equal(learned.Heads[1].Norm, head.Norm);
        Assert.Equal(learned.Heads[1].Down, head.Down);
        Assert.Equal(learned.Heads[1].Up, head.Up);
        Assert.Equal(["classifier.1", "rl"], read.Probes.All.Select(probe => probe.Key).Order());
        var agent = read.Probes.All.Single(probe => probe.Key == "rl").Value;
        Assert.Equal([3, 2], agent.Layers.Select(each => each.Outputs));
        Assert.Equal(learned.Probes.All.Single(probe => probe.Key == "rl").Value.Layers[0].Weights, agent.Layers[0].Weights);
        Assert.Equal(["a", "b"], read.TrainedOn.Order());
        Assert.Equal("5", LearnedExitsFile.Read(_folder.Path, checkpoint).Remarks["seed"]);
    }

    [Fact]
    public void Open_HeadForALayerThatWasNoExit_MakesItOne()
    {
        LearnedExitsFile.Write(_folder.Path, Learned(), _base, new Dictionary<string, string>());

        using var plain = Checkpoint.OpenBase(_folder.Path);
        using var checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal([plain.Config.LayerCount], plain.Config.ExitLayers);
        Assert.Equal([1, plain.Config.LayerCount], checkpoint.Config.ExitLayers);
        Assert.NotEqual(BaseFingerprint.WithLearned(plain), BaseFingerprint.WithLearned(checkpoint));
    }

    [Fact]
    public void Open_LearnedOnOtherWeights_NamesBothAndTheRemedy()
    {
        LearnedExitsFile.Write(_folder.Path, Learned(), new string('0', 64), new Dictionary<string, string>());

        var error = Refusal();

        Assert.Contains("learned on other weights (000000000000)", error);
        Assert.Contains(_base[..12], error);
        Assert.Contains("codeexit tune", error);
        using var usable = Checkpoint.OpenBase(_folder.Path);
    }

    [Fact]
    public void Open_TruncatedAnywhere_IsOneClearError()
    {
        LearnedExitsFile.Write(_folder.Path, Learned(), _base, new Dictionary<string, string>());
        var path = Path.Combine(_folder.Path, LearnedExitsFile.Name);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += whole.Length / 37)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.Contains(LearnedExitsFile.Name, Refusal());
        }
    }

    [Fact]
    public void Open_HeadsThatDoNotSuitTheModel_SaysWhich()
    {
        var wide = new ExitHead(new float[_hidden + 1], new float[2 * (_hidden + 1)], new float[2 * (_hidden + 1)]);
        Assert.Contains($"'head.1.norm' has shape [{_hidden + 1}]; [{_hidden}] is needed", RefusalOf(new Dictionary<int, ExitHead> { [1] = wide }));
        Assert.Contains("there is a head for layer '3'; the model has exits from 1 to 2 below its last layer", RefusalOf(new Dictionary<int, ExitHead> { [3] = Head() }));
        var broken = Head();
        broken.Up[3] = float.NaN;
        Assert.Contains("'head.1.up' holds a value that is no finite number", RefusalOf(new Dictionary<int, ExitHead> { [1] = broken }));
    }

    [Theory]
    [InlineData("head.1.norm", "tensor 'head.1.down' is missing")]
    [InlineData("something", "'something' is no part of an exit head or a probe")]
    [InlineData("probe.rl.1.weight", "tensor 'probe.rl.0.weight' is missing")]
    [InlineData("head.x.norm", "a head for layer 'x'")]
    public void Open_TensorsThatDoNotBelong_AreNamed(string tensor, string said)
    {
        SafetensorsWriter.Write(
            Path.Combine(_folder.Path, LearnedExitsFile.Name), [(tensor, [_hidden], new float[_hidden])],
            [new("codeexit", "exit-policies 1"), new("base", _base)]);

        Assert.Contains(said, Refusal());
    }

    [Fact]
    public void Open_AnotherFormat_SaysWhatIsNeeded()
    {
        SafetensorsWriter.Write(Path.Combine(_folder.Path, LearnedExitsFile.Name), [], [new("codeexit", "exit-policies 9")]);

        Assert.Contains("'exit-policies 9'; 'exit-policies 1' is needed", Refusal());
    }

    private string RefusalOf(Dictionary<int, ExitHead> heads)
    {
        LearnedExitsFile.Write(_folder.Path, Learned() with { Heads = heads }, _base, new Dictionary<string, string>());
        return Refusal();
    }

    private string Refusal() => Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message;

    private LearnedExits Learned() => new(
        new Dictionary<int, ExitHead> { [1] = Head() },
        LearnedProbes.None.With(
        [
            ("rl", new ProbeNetwork([new ProbeLayer(Values(3 * _hidden), Values(3)), new ProbeLayer(Values(6), Values(2))])),
            ("classifier.1", new ProbeNetwork([new ProbeLayer(Values(_hidden), Values(1))])),
        ]));

    private ExitHead Head() => new(Values(_hidden), Values(2 * _hidden), Values(2 * _hidden));

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i + count))];
}
