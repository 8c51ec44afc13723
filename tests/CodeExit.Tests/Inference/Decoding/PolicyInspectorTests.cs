using System.Text.Json;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Decoding;

/// <summary>On a model of three layers, all of them exits, with probes of known weights: logits are biases unless a test says otherwise.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class PolicyInspectorTests : IDisposable
{
    private const int Hidden = 40;

    private static readonly JsonElement Reference = ReferenceCase();

    private readonly TemporaryFolder _folder = TemporaryFolder.CopyOf("llama-base");

    public PolicyInspectorTests() => _folder.Write("exits.json", """{"exit_layers": [1, 2, 3]}""");

    [Theory]
    [InlineData("full", 3)]
    [InlineData("fixed:2", 2)]
    [InlineData("fixed:2,kv=propagate", 2)]
    [InlineData("skip:2", 3)]
    [InlineData("speculative", 3)]
    public void Read_PolicyThatDoesNotLook_HasOneStopWithoutEvidence(string spec, int layer) =>
        Assert.Equal([new PolicyStop(layer, ExitAction.Exit, default)], Read(spec));

    [Fact]
    public void Read_Softmax_HasTheReferencesValues()
    {
        var gaps = Reference.GetProperty("softmax").EnumerateArray().Select(value => value.GetSingle()).ToArray();

        AssertStops(
            Read("softmax:1,decay=4"),
            new(1, ExitAction.Continue, new(ExitMeasure.Softmax, gaps[0], 1)),
            new(2, ExitAction.Continue, new(ExitMeasure.Softmax, gaps[1], 1)),
            new(3, ExitAction.Exit, default));
        AssertStops(Read("softmax:0.05"), new PolicyStop(1, ExitAction.Exit, new(ExitMeasure.Softmax, gaps[0], 0.05f)));
    }

    [Fact]
    public void Read_Saturation_HasTheReferencesValueWhereThereIsALayerBefore()
    {
        var cosines = Reference.GetProperty("saturation").EnumerateArray().Select(value => value.GetSingle()).ToArray();

        AssertStops(
            Read("saturation:0.5"), new(1, ExitAction.Continue, default), new(2, ExitAction.Exit, new(ExitMeasure.Saturation, cosines[1], 0.5f)));
    }

    [Fact]
    public void Read_SaturationAtASecondRequest_KeepsNothingOfTheFirst()
    {
        using var model = Open();
        var policy = ExitPolicies.Parse("saturation:0.5", model.Config);

        var first = PolicyInspector.Read(model, Prompt, policy, new GenerationOptions(), CancellationToken.None);

        Assert.Equal(first, PolicyInspector.Read(model, Prompt, policy, new GenerationOptions(), CancellationToken.None));
    }

    [Fact]
    public void Read_Classifier_HasTheProbabilityOfEachExit()
    {
        Learn(("classifier.1", Constant(Hidden, -1)), ("classifier.2", Constant(Hidden, 1)));

        AssertStops(
            Read("classifier:0.7"),
            new(1, ExitAction.Continue, new(ExitMeasure.Classifier, Sigmoid(-1), 0.7f)),
            new(2, ExitAction.Exit, new(ExitMeasure.Classifier, Sigmoid(1), 0.7f)));
    }

    [Fact]
    public void Read_Agent_HasItsPreferenceForExit()
    {
        Learn(("rl", Constant(Hidden, 1, 3)));

        AssertStops(Read("rl:0.8"), new PolicyStop(1, ExitAction.Exit, new(ExitMeasure.Agent, Sigmoid(2), 0.8f)));
        AssertStops(
            Read("rl:0.9"),
            new(1, ExitAction.Continue, new(ExitMeasure.Agent, Sigmoid(2), 0.9f)),
            new(2, ExitAction.Continue, new(ExitMeasure.Agent, Sigmoid(2), 0.9f)),
            new(3, ExitAction.Exit, default));
    }

    [Fact]
    public void Read_AgentThatPrefersToContinue_IsHeldAgainstOneHalfAtLeast()
    {
        Learn(("rl", Constant(Hidden, 3, 2)));

        Assert.Equal((ExitAction.Continue, 0.5f), (Read("rl:0.1")[0].Action, Read("rl:0.1")[0].Evidence.Threshold));
    }

    [Fact]
    public void Read_Price_HasTheLogitOfTheLastQuestionItAsked()
    {
        // At the first exit nothing is worth reading out; at the second something is, and whether the token leaves depends on the price.
        Learn(
            ("price.1", Constant(Hidden + 1, 2)), ("price.1.look", Weighing(-9, 1, 0)), ("price.1.read", Weighing(9, 0, 0, 0, 0, 0)),
            ("price.2", Reading(Hidden, 3, [1])), ("price.2.look", Weighing(2, 1, 0)), ("price.2.read", Weighing(1, 0, 1, 0, 0, 0)));
        static float Feature(double price) => (float)Math.Log(price + 0.001);

        AssertStops(
            Read("price:0.1"),
            new(1, ExitAction.Continue, new(ExitMeasure.Look, 2 - 9, 0)),
            new(2, ExitAction.Continue, new(ExitMeasure.Price, Feature(0.1) + 1, 0)),
            new(3, ExitAction.Exit, default));
        AssertStops(
            Read("price:0.5"),
            new(1, ExitAction.Continue, new(ExitMeasure.Look, 2 - 9, 0)),
            new(2, ExitAction.Exit, new(ExitMeasure.Price, Feature(0.5) + 1, 0)));
        AssertStops(
            Read("price:0.001"),
            new(1, ExitAction.Continue, new(ExitMeasure.Look, 2 - 9, 0)),
            new(2, ExitAction.Continue, new(ExitMeasure.Look, Feature(0.001) + 3 + 2, 0)),
            new(3, ExitAction.Exit, default));
    }

    [Fact]
    public void Read_Price_AsksOfWhatTheExitWouldSay()
    {
        // ln p₁ of the first exit and ln p₂ of the second: both negative, so the token goes on.
        Learn(
            ("price.1", Constant(Hidden + 1, 0)), ("price.1.look", Weighing(1, 0, 0)), ("price.1.read", Weighing(0, 0, 0, 1, 0, 0)),
            ("price.2", Constant(Hidden + 1, 0)), ("price.2.look", Weighing(1, 0, 0)), ("price.2.read", Weighing(0, 0, 0, 0, 1, 0)));
        using var model = Open();
        double[][] probabilities = [.. LayerInspector.Read(model, Prompt, CancellationToken.None).Select(Sorted)];

        var stops = Read("price:0.1");

        Assert.Equal(3, stops.Count);
        Assert.Equal(Math.Log(probabilities[0][0]), stops[0].Evidence.Value, 1e-4);
        Assert.Equal(Math.Log(probabilities[1][1]), stops[1].Evidence.Value, 1e-4);

        static double[] Sorted(float[] logits)
        {
            var sum = logits.Sum(each => Math.Exp(each));
            return [.. logits.Select(each => Math.Exp(each) / sum).OrderDescending()];
        }
    }

    [Fact]
    public void Read_Sequence_HasWhatTheChosenExitKeeps()
    {
        // Exit 1 keeps little; what exit 2 keeps depends on the place, 1 + 2 · 0.5 here.
        Learn(("sequence", new ProbeNetwork([new ProbeLayer([.. new float[Hidden + 2], .. new float[Hidden], 1, 2], [-2, 0])])));

        var chosen = new ExitEvidence(ExitMeasure.Sequence, Sigmoid(2), 0.85f, Depth: 2);
        AssertStops(Read("sequence:0.85", place: [1, 0.5f]), new(1, ExitAction.Continue, chosen), new(2, ExitAction.Exit, chosen));
        AssertStops(
            Read("sequence:0.95", place: [1, 0.5f]),
            new(1, ExitAction.Continue, new(ExitMeasure.Sequence, Sigmoid(2), 0.95f, Depth: 3)), new(3, ExitAction.Exit, default));
        Assert.Equal(0.5f, Read("sequence:0.85", place: [])[0].Evidence.Value);
    }

    [Fact]
    public void Read_Stop_HasTheProbeOrWhatTheInnerPolicyWentBy()
    {
        Learn(("stop.1", Constant(Hidden, 0)), ("stop.2", Constant(Hidden, 3)), ("classifier.1", Constant(Hidden, -1)), ("classifier.2", Constant(Hidden, 1)));

        var stopped = new PolicyStop(2, ExitAction.Stop, new(ExitMeasure.Stop, Sigmoid(3), 0.9f));
        AssertStops(Read("full,stop=0.9"), new(1, ExitAction.Continue, new(ExitMeasure.Stop, 0.5f, 0.9f)), stopped);
        AssertStops(Read("classifier:0.7,stop=0.9"), new(1, ExitAction.Continue, new(ExitMeasure.Classifier, Sigmoid(-1), 0.7f)), stopped);
        AssertStops(Read("fixed:1,stop=0.9"), new PolicyStop(1, ExitAction.Exit, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(61)]
    public void Read_TokensThatDoNotFit_AreRefused(int count)
    {
        using var model = Open();

        Assert.Throws<ArgumentException>(
            () => PolicyInspector.Read(model, new int[count], new FullDepthPolicy(), new GenerationOptions(), CancellationToken.None));
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Prompt => [.. Reference.GetProperty("prompt").EnumerateArray().Select(token => token.GetInt32())];

    private static float Sigmoid(double logit) => (float)(1 / (1 + Math.Exp(-logit)));

    /// <summary>Gives its biases, whatever the state.</summary>
    private static ProbeNetwork Constant(int inputs, params float[] biases) => new([new ProbeLayer(new float[inputs * biases.Length], biases)]);

    /// <summary>Gives a bias and its inputs, weighted.</summary>
    private static ProbeNetwork Weighing(float bias, params float[] weights) => new([new ProbeLayer(weights, [bias])]);

    /// <summary>Gives a bias and what stands behind the state, weighted.</summary>
    private static ProbeNetwork Reading(int hidden, float bias, float[] weights) => new([new ProbeLayer([.. new float[hidden], .. weights], [bias])]);

    private static void AssertStops(IReadOnlyList<PolicyStop> stops, params PolicyStop[] expected)
    {
        Assert.Equal(expected.Select(Decided), stops.Select(Decided));
        foreach (var (stop, at) in stops.Zip(expected)) Assert.Equal(at.Evidence.Value, stop.Evidence.Value, 1e-4f);

        static (int, ExitAction, ExitMeasure, float, int) Decided(PolicyStop stop) =>
            (stop.Layer, stop.Action, stop.Evidence.Measure, stop.Evidence.Threshold, stop.Evidence.Depth);
    }

    private static JsonElement ReferenceCase()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Path("tests", "fixtures", "early-exit", "early-exit.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().Single(each => each.GetProperty("checkpoint").GetString() == "llama-base").Clone();
    }

    /// <summary>Puts probes beside the weights, where a model finds them.</summary>
    private void Learn(params (string Name, ProbeNetwork Network)[] probes)
    {
        using var checkpoint = Checkpoint.OpenBase(_folder.Path);
        LearnedExitsFile.Write(
            _folder.Path, LearnedExits.None with { Probes = LearnedProbes.None.With(probes) }, BaseFingerprint.Of(checkpoint), new Dictionary<string, string>());
    }

    private IReadOnlyList<PolicyStop> Read(string spec, float[]? place = null)
    {
        using var model = Open();
        var options = new GenerationOptions { Place = place ?? [] };
        return PolicyInspector.Read(model, Prompt, ExitPolicies.Parse(spec), options, CancellationToken.None);
    }

    private DecoderModel Open() =>
        TestDevice.Open(Checkpoint.Open(_folder.Path), WeightPrecision.F32, 60, threads: 1);
}
