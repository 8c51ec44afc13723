using CodeExit.Completion.Governor;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Inference.Models;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Completion.Governor.Simulation;
using CodeExit.Tests.Inference;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Completion.Governor;

/// <summary>On a model of three layers whose tokens leave at the first from a price of 0.08 on, and at the second from 0.02 on.</summary>
[Trait(TestDevice.Trait, TestDevice.Any)]
public sealed class GovernedPolicyTests : IDisposable
{
    private const int Most = 12;

    private static readonly PriceLadder Ladder = new(new("quality", 0.01f, 3), new("balanced", 0.03f, 2), new("saver", 1, 1));

    private readonly TemporaryFolder _folder = TemporaryFolder.CopyOf("llama-base");
    private readonly Generator _generator;

    public GovernedPolicyTests()
    {
        _folder.Write("exits.json", """{"exit_layers": [1, 2, 3]}""");
        using (var checkpoint = Checkpoint.OpenBase(_folder.Path))
        {
            var probes = LearnedProbes.None.With([.. Exit(1, 0.08f), .. Exit(2, 0.02f)]);
            LearnedExitsFile.Write(_folder.Path, LearnedExits.None with { Probes = probes }, BaseFingerprint.Of(checkpoint), new Dictionary<string, string>());
        }
        _generator = new Generator(TestDevice.Open(Checkpoint.Open(_folder.Path), WeightPrecision.F32, 60, threads: 1));
    }

    public void Dispose()
    {
        _generator.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Generate_GovernorThatDoesNotMove_WritesWhatItsPriceWrites()
    {
        var policy = Policy(new GovernorOptions(), KnownEnergy.None, out _);

        var governed = Generate(policy);

        var plain = Generate(ExitPolicies.Parse("price:0.03"));
        Assert.Equal(plain.Tokens, governed.Tokens);
        Assert.Equal(Enumerable.Repeat(2, Most), governed.LayersPerToken);
        Assert.Equal(0.03f, policy.MeanPrice, 1e-5f);
        Assert.Equal("price:auto", policy.Spec);
    }

    [Fact]
    public void Generate_GovernorThatMovesWithinIt_ChangesTheDepthOfTheNextToken()
    {
        var policy = Policy(new GovernorOptions(), KnownEnergy.None, out var governor);
        var tokens = 0;

        var governed = Generate(policy, new OnEachToken(() => governor.Observe(new PowerSupply(OnBattery: true, ++tokens < 4 ? 0.9 : 0.2))));

        Assert.Equal([2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1], governed.LayersPerToken);
        var mean = Math.Exp((4 * Math.Log(0.031) + 8 * Math.Log(1.001)) / 12) - 0.001;
        Assert.Equal((float)mean, policy.MeanPrice, 1e-4f);
    }

    /// <summary>The governor is told the layers that were run: from where they cost the allowance, tokens become cheaper.</summary>
    [Fact]
    public void Generate_SuggestionThatOverspends_LeavesEarlierTowardsItsEnd()
    {
        var policy = Policy(new GovernorOptions { BudgetJoules = 6 / 0.95 }, new KnownEnergy(1, 0), out var governor);
        for (var i = 0; i < 200; i++) governor.Observe(new SuggestionCost(6, 6, 3, 0.03f));

        var governed = Generate(policy);

        Assert.Equal(2, governed.LayersPerToken[0]);
        Assert.Equal(1, governed.LayersPerToken[^1]);
        Assert.Equal(governed.LayersPerToken.OrderDescending(), governed.LayersPerToken);
    }

    [Fact]
    public void MeanPrice_NothingGenerated_IsThePriceOfThePolicy() =>
        Assert.Equal(0.5f, Policy(new GovernorOptions(), KnownEnergy.None, out _).MeanPrice);

    private static GovernedPolicy Policy(GovernorOptions options, ILayerEnergy energy, out PriceGovernor governor)
    {
        governor = new PriceGovernor(Ladder, options, energy);
        return new GovernedPolicy((PricePolicy)ExitPolicies.Parse("price:0.5"), governor, new ManualTime());
    }

    /// <summary>Always reads out, and leaves from <paramref name="price"/> on.</summary>
    private static IEnumerable<(string, ProbeNetwork)> Exit(int layer, float price)
    {
        const int hidden = 40;
        yield return (PriceProbes.StateName(layer), Network(0, new float[hidden + 1]));
        yield return (PriceProbes.LookName(layer), Network(1, new float[PriceProbes.LookInputs]));
        yield return (PriceProbes.ReadingName(layer), Network(-PriceProbes.Feature(price), [0, 1, .. new float[PriceProbes.ReadingInputs - 2]]));
    }

    private static ProbeNetwork Network(float bias, float[] weights) => new([new ProbeLayer(weights, [bias])]);

    private GenerationResult Generate(IExitPolicy policy, ITokenObserver? observer = null) =>
        _generator.Generate([1, 2, 3, 4], new GenerationOptions { MaxTokens = Most }, policy, new HashSet<int>(), observer, CancellationToken.None);

    private sealed class OnEachToken(Action run) : ITokenObserver
    {
        public bool OnToken(int token)
        {
            run();
            return true;
        }
    }
}
