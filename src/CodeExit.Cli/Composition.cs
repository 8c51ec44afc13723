using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Completion.Gate;
using CodeExit.Completion.Reuse;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.LanguageServer;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;

namespace CodeExit.Cli;

/// <summary>The composition root: the one place where the parts of the other projects are put together.</summary>
/// <param name="environment">Looks up an environment variable.</param>
internal sealed class Composition(Func<string, string?> environment) : IComposition
{
    public Composition() : this(Environment.GetEnvironmentVariable) { }

    private AcceptanceModel? _acceptance;

    private static string Version => typeof(Composition).Assembly.GetName().Version!.ToString(3);

    public void Validate(CompletionSettings settings)
    {
        Options(settings).Validate();
    }

    public ICompletionService CreateCompletionService(ModelLocation model, CompletionSettings settings)
    {
        Validate(settings); // before anything is started that would have to be stopped again
        var options = Options(settings);
        var meter = CreateMeter(TimeProvider.System);
        var (modes, learned) = settings.TakesRequestSettings ? (true, true) : (options.Depth.AsksTheModel, !options.Depth.IsFullDepth);
        var sysfs = Telemetry();
        return new CompletionService(
            _ => Load(model, settings.Placement, modes, learned), options, meter: meter, log: Log(meter, settings), batteries: () => EnergySources.Batteries(sysfs),
            cache: new SuggestionCache());
    }

    public IInspection OpenInspection(ModelLocation model) => new Inspection(model, OpenTokenizer(model), Decoders.DefaultThreads);

    public ModelDescription DescribeModel(ModelLocation model)
    {
        using var checkpoint = Checkpoint.Open(model.Directory);
        return ModelDescription.Of(model.Name, checkpoint, OpenTokenizer(model));
    }

    public SpeedSubject OpenForSpeed(ModelLocation model, Placement placement)
    {
        var checkpoint = Checkpoint.Open(model.Directory);
        var work = ModelWork.Of(checkpoint.Config, checkpoint.Tensors);
        var decoder = Decoders.Open(checkpoint, placement);
        return SpeedSubject.Of(model.Name, work, Text(Decoders.Weights(placement.Precision)), placement.Threads ?? Decoders.DefaultThreads, decoder);
    }

    public LoadedModel OpenForPolicies(ModelLocation model, Placement placement) => Load(model, placement, withModes: false, withLearned: true);

    public LoadedModel OpenWithModes(ModelLocation model, Placement placement) => Load(model, placement, withModes: true, withLearned: true);

    public string Fingerprint(ModelLocation model)
    {
        using var checkpoint = Checkpoint.Open(model.Directory);
        return BaseFingerprint.WithLearned(checkpoint);
    }

    public TuningSubject OpenForTuning(ModelLocation model)
    {
        var tokenizer = BytePairTokenizer.Load(model.Directory);
        var checkpoint = Checkpoint.OpenBase(model.Directory);
        return new TuningSubject(checkpoint, Decoders.Open(checkpoint, new Placement(Device.Cpu)), tokenizer, Decoders.DefaultThreads);
    }

    public ITokenizer? OpenTokenizer(ModelLocation model) =>
        File.Exists(Path.Combine(model.Directory, "tokenizer.json")) ? BytePairTokenizer.Load(model.Directory) : null;

    public EnergySources DiscoverEnergySources(TimeProvider time) => EnergySources.Discover(Telemetry(), time);

    public EnergyMeter CreateMeter(TimeProvider time) => new([EnergySources.DiscoverProcessor(Telemetry(), time).ForProcessor], time);

    private RequestLog Log(EnergyMeter meter, CompletionSettings settings)
    {
        Func<string, IDisposable>? export = null;
        if (MetricsExport.IsWanted(settings.Otlp, environment)) export = name => MetricsExport.Start(name, Version);
        return new RequestLog(meter, UserData.Directory(environment) is { } folder ? new RecordFile(folder) : null, settings.Warn, export);
    }

    private TelemetryOptions Telemetry()
    {
        try
        {
            return TelemetryOptions.FromEnvironment(environment);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal.Message);
        }
    }

    public async Task<int> RunLanguageServerAsync(
        ICompletionService service, Stream input, Stream output, EditorConnection connection, CancellationToken cancellationToken)
    {
        // One for all connections of this process: what one window teaches, all of them know.
        var acceptance = LazyInitializer.EnsureInitialized(
            ref _acceptance, () => new AcceptanceModel(UserData.Directory(environment) is { } folder ? new GateFile(folder, connection.Log) : null));
        var options = new LanguageServerOptions(Version, connection.Log) { Drain = connection.Drain, Acceptance = acceptance };
        var exitCode = await LanguageServer.LanguageServer.RunAsync(input, output, service, options, cancellationToken).ConfigureAwait(false);
        acceptance.Flush();
        return exitCode;
    }

    /// <param name="withModes">False where nobody asks for them: a stale file of modes is then in nobody's way.</param>
    /// <param name="withLearned">False where only full depth is asked for: then a broken file of learned exits is in nobody's way either.</param>
    private static LoadedModel Load(ModelLocation model, Placement placement, bool withModes, bool withLearned)
    {
        var tokenizer = BytePairTokenizer.Load(model.Directory);
        var checkpoint = withLearned ? Checkpoint.Open(model.Directory) : Checkpoint.OpenBase(model.Directory);
        var modes = withModes ? ReadModes(checkpoint) : CalibratedModes.None;
        var decoder = Decoders.Open(checkpoint, placement);
        return new LoadedModel(model.Name, new Generator(decoder), tokenizer) { Modes = modes };
    }

    private static CalibratedModes ReadModes(Checkpoint checkpoint)
    {
        if (!CalibratedModes.IsIn(checkpoint.Directory)) return CalibratedModes.None; // no fingerprint for nothing
        try
        {
            return CalibratedModes.Read(checkpoint.Directory, BaseFingerprint.WithLearned(checkpoint), checkpoint.Config);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static CompletionOptions Options(CompletionSettings settings) => new()
    {
        Depth = settings.Depth,
        Temperature = settings.Temperature,
        TopP = settings.TopP,
        Seed = settings.Seed,
    };

    private static string Text(WeightPrecision precision) => precision switch
    {
        WeightPrecision.F32 => "f32",
        WeightPrecision.BF16 => "bf16",
        WeightPrecision.Int8 => "int8",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a weight precision"),
    };
}
