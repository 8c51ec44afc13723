using CodeExit.Cli;
using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Machine;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using CodeExit.Telemetry.Sources;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Evaluation;

namespace CodeExit.Tests.Cli;

/// <summary>Stands in for every other project and remembers what it was asked.</summary>
internal sealed class FakeComposition : IComposition
{
    public CompletionResult Result { get; set; } = new(
        "a + b", StopReason.EndOfLine, 3, 40, 30, 8, [8, 8, 4], new CompletionLatency(12.5, 8, 7.5, 4.5),
        EnergyMeasurement.Unavailable(TimeSpan.FromMilliseconds(12.5)), "full", "quality", "default", "cpu");

    public Exception? Failure { get; set; }

    /// <summary>What loading the model fails with.</summary>
    public Exception? LoadFailure { get; set; }

    public ModelLocation? Model { get; private set; }

    public CompletionSettings? Settings { get; private set; }

    public CompletionRequest? Request { get; private set; }

    public FakeInspection Inspection { get; } = new();

    public FakeGenerator Generator { get; } = new();

    /// <summary>What policies are measured on.</summary>
    public IGenerator Policies { get; set; } = ScriptedGenerator.Saying("value\n");

    public CalibratedModes Modes { get; set; } = CalibratedModes.None;

    /// <summary>What joules are measured with; null for what <see cref="Telemetry"/> finds.</summary>
    public IEnergySource? Energy { get; set; }

    /// <summary>Where to look for power readings.</summary>
    public TelemetryOptions Telemetry { get; set; } = new() { Sysfs = "/nowhere" };

    public EnergySources DiscoverEnergySources(TimeProvider time) => EnergySources.Discover(Telemetry, time);

    /// <summary>How long an editor stays and what it leaves with; null leaves at once, with 0.</summary>
    public TaskCompletionSource<int>? Editor { get; set; }

    public bool ServiceDisposed { get; private set; }

    /// <summary>What the last editor was served by.</summary>
    public ICompletionService? Served { get; private set; }

    public void Validate(CompletionSettings settings)
    {
        if (Failure is ArgumentException refusal) throw refusal;
    }

    public ICompletionService CreateCompletionService(ModelLocation model, CompletionSettings settings)
    {
        Model = model;
        Settings = settings;
        return Failure is null ? new FakeService(this) : throw Failure;
    }

    public IInspection OpenInspection(ModelLocation model)
    {
        Model = model;
        return Failure is null ? Inspection : throw Failure;
    }

    public string Fingerprint(ModelLocation model) => "feed";

    public TuningSubject OpenForTuning(ModelLocation model) => throw new NotSupportedException("the fake has no weights");

    public ITokenizer? OpenTokenizer(ModelLocation model) => null;

    public LoadedModel OpenForPolicies(ModelLocation model, Placement placement)
    {
        Model = model;
        return Failure is null ? new LoadedModel("scripted", Policies, new ByteTokenizer()) : throw Failure;
    }

    public LoadedModel OpenWithModes(ModelLocation model, Placement placement) => OpenForPolicies(model, placement) with { Modes = Modes };

    /// <summary>What OpenCL is said to offer.</summary>
    public GpuDeviceList Gpus { get; set; } = new([], "no OpenCL loader here");

    public GpuDeviceList ListGpus() => Gpus;

    public long? FreeMemory(GpuDevice gpu) => null;

    public EnergyMeter CreateMeter(TimeProvider time, GpuDevice? gpu) => new([Energy ?? EnergySources.DiscoverProcessor(Telemetry, time).ForProcessor], time);

    public ModelDescription DescribeModel(ModelLocation model)
    {
        Model = model;
        return Failure is null
            ? new ModelDescription(model.Name, model.Directory, "llama", 3_900_000, "bf16", 8, [2, 8], 192, 512, 3, 1, 64, 4096, 2048, true, 4096, true)
            : throw Failure;
    }

    public SpeedSubject OpenForSpeed(ModelLocation model, Placement placement)
    {
        Model = model;
        return new SpeedSubject(model.Name, new ModelWork(1000, 800, 200, 64), placement.Precision.ToString(), placement.Threads ?? 2, 2, Generator, new FullDepthPolicy(), new ScriptedProbe(() => new MachineCapability(2, 1 << 20, 1e9, 2e9, 1e10)));
    }

    public Task<int> RunLanguageServerAsync(ICompletionService service, Stream input, Stream output, EditorConnection connection, CancellationToken cancellationToken)
    {
        Served = service;
        connection.Log("serving");
        connection.Drain.Register(() => Editor?.TrySetResult(1));
        return Editor?.Task ?? Task.FromResult(0);
    }

    private sealed class FakeService(FakeComposition owner) : ICompletionService
    {
        public CompletionServiceStatus Status => new("ready", "default", "cpu", 0, 0, null);

        public DepthStatus DepthOf(DepthSettings? settings) => new("quality", "quality", "full", "asked for");

        public IReadOnlyList<EnergyTotal> EnergyTotals => [];

        public void Report(SuggestionFate fate) { }

        public Task WarmAsync(CancellationToken cancellationToken) =>
            owner.LoadFailure is null ? Task.CompletedTask : Task.FromException(owner.LoadFailure);

        public Task UnloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public bool Recalls(CompletionRequest request) => false;

        public Task<CompletionResult?> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            owner.Request = request;
            return Task.FromResult<CompletionResult?>(owner.Result);
        }

        public void Dispose() => owner.ServiceDisposed = true;
    }
}

/// <summary>Three layers over a vocabulary of eight ids; the answer, 6, appears at layer 2.</summary>
internal sealed class FakeInspection : IInspection
{
    public static readonly float[] FinalLogits = [0, 1, 2, 3, 4, 5, 9.5f, 7];

    public ModelConfig Config { get; } = TestConfig.Create(vocabulary: 8, context: 16, layers: 3);

    public ITokenizer? Tokenizer { get; set; }

    public IReadOnlyList<int> Prompt(string text, int offset) => [offset % 8];

    public IReadOnlyList<LayerReading> Read(IReadOnlyList<int> tokens, CancellationToken cancellationToken) =>
    [
        new LayerReading(1, [7, 6, 5, 4, 3, 2, 1, 0]),
        new LayerReading(2, [0, 0, 0, 0, 0, 0, 1, 0]),
        new LayerReading(3, FinalLogits),
    ];

    /// <summary>What a policy is said to have done.</summary>
    public IReadOnlyList<PolicyStop> Stops { get; set; } = [new(3, ExitAction.Exit, default)];

    /// <summary>What was known of the place; null until a policy was followed.</summary>
    public IReadOnlyList<float>? Place { get; private set; }

    public IReadOnlyList<PolicyStop> Follow(
        IReadOnlyList<int> tokens, IExitPolicy policy, IReadOnlyList<float> place, CancellationToken cancellationToken)
    {
        Place = place;
        policy.Begin(Config, new GenerationOptions { Place = place });
        return Stops;
    }

    public void Dispose() { }
}

internal static class TestConfig
{
    public static ModelConfig Create(int vocabulary, int context, int layers) => new()
    {
        ModelType = "llama",
        VocabularySize = vocabulary,
        HiddenSize = 8,
        IntermediateSize = 16,
        LayerCount = layers,
        HeadCount = 2,
        KeyValueHeadCount = 1,
        HeadDim = 4,
        MaxPositions = context,
        Norm = NormKind.RootMeanSquare,
        NormEpsilon = 1e-5f,
        Activation = Activation.Silu,
        SlidingWindows = new int?[layers],
        EmbeddingSize = 8,
        TiedEmbedding = true,
        ExitLayers = [2, layers],
    };
}
