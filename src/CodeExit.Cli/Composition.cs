using CodeExit.Cli.Devices;
using CodeExit.Cli.Input;
using CodeExit.Cli.Output;
using CodeExit.Completion;
using CodeExit.Completion.Calibration;
using CodeExit.Completion.Gate;
using CodeExit.Completion.Reuse;
using CodeExit.Evaluation.Speed;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
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
        var telemetry = Telemetry();
        var energy = new DeviceEnergy(telemetry, TimeProvider.System);
        var gpus = Gpus();
        var (modes, learned) = settings.TakesRequestSettings ? (true, true) : (options.Depth.AsksTheModel, !options.Depth.IsFullDepth);
        return new CompletionService(
            _ =>
            {
                var loaded = Load(model, new Decoders(gpus), settings.Placement, modes, learned, settings.Warn);
                energy.Follow(loaded.Gpu);
                return loaded;
            },
            options, meter: energy.Meter, log: Log(energy.Meter, settings), batteries: () => EnergySources.Batteries(telemetry), cache: new SuggestionCache(),
            deviceLost: lost =>
            {
                settings.Warn($"{lost.Message}; the model was on it, and goes with it");
                gpus.DeviceLost();
            });
    }

    public GpuDeviceList ListGpus() => LocalGpus.ListForPeople(Telemetry());

    public long? FreeMemory(GpuDevice gpu) => LocalGpus.FreeMemory(gpu, Telemetry());

    public IInspection OpenInspection(ModelLocation model) => new Inspection(model, OpenTokenizer(model), Decoders.DefaultThreads);

    public ModelDescription DescribeModel(ModelLocation model)
    {
        using var checkpoint = Checkpoint.Open(model.Directory);
        var description = ModelDescription.Of(model.Name, checkpoint, OpenTokenizer(model));
        var gpus = Gpus();
        return description with { Devices = DevicesJson.Of(ListGpus(), FreeMemory, gpu => ModelFitJson.Of(checkpoint, new Placement(), gpus, gpu)) };
    }

    public SpeedSubject OpenForSpeed(ModelLocation model, Placement placement)
    {
        ModelWork? work = null;
        return new Decoders(Gpus()).Open(
            () =>
            {
                var checkpoint = Checkpoint.Open(model.Directory);
                work = ModelWork.Of(checkpoint.Config, checkpoint.Tensors);
                return checkpoint;
            },
            placement,
            decoder => SpeedSubject.Of(
                model.Name, work!, GpuFit.Name(Decoders.Weights(placement.Precision)), placement.Threads ?? Decoders.DefaultThreads, decoder),
            WarnOnError);
    }

    public LoadedModel OpenForPolicies(ModelLocation model, Placement placement) =>
        Load(model, new Decoders(Gpus()), placement, withModes: false, withLearned: true, WarnOnError);

    public LoadedModel OpenWithModes(ModelLocation model, Placement placement) =>
        Load(model, new Decoders(Gpus()), placement, withModes: true, withLearned: true, WarnOnError);

    public string Fingerprint(ModelLocation model)
    {
        using var checkpoint = Checkpoint.Open(model.Directory);
        return BaseFingerprint.WithLearned(checkpoint);
    }

    public TuningSubject OpenForTuning(ModelLocation model)
    {
        var tokenizer = BytePairTokenizer.Load(model.Directory);
        var checkpoint = Checkpoint.OpenBase(model.Directory);
        return new TuningSubject(checkpoint, Decoders.OpenCpu(checkpoint, new Placement(Device.Cpu)), tokenizer, Decoders.DefaultThreads);
    }

    public ITokenizer? OpenTokenizer(ModelLocation model) =>
        File.Exists(Path.Combine(model.Directory, "tokenizer.json")) ? BytePairTokenizer.Load(model.Directory) : null;

    public EnergySources DiscoverEnergySources(TimeProvider time) => EnergySources.Discover(Telemetry(), time);

    public EnergyMeter CreateMeter(TimeProvider time, GpuDevice? gpu)
    {
        var energy = new DeviceEnergy(Telemetry(), time);
        energy.Follow(gpu);
        return energy.Meter;
    }

    private GpuPicker Gpus() => LocalGpus.Picker(Telemetry(), UserData.Directory(environment));

    private static void WarnOnError(string line) => Console.Error.WriteLine("codeexit: " + line);

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
    private static LoadedModel Load(ModelLocation model, Decoders decoders, Placement placement, bool withModes, bool withLearned, Action<string> warn)
    {
        var tokenizer = BytePairTokenizer.Load(model.Directory);
        var modes = CalibratedModes.None;
        return decoders.Open(
            () =>
            {
                var checkpoint = withLearned ? Checkpoint.Open(model.Directory) : Checkpoint.OpenBase(model.Directory);
                if (withModes) modes = ReadModes(checkpoint);
                return checkpoint;
            },
            placement,
            decoder => new LoadedModel(model.Name, new Generator(decoder), tokenizer) { Modes = modes, Gpu = (decoder as GpuDecoderModel)?.Gpu },
            warn);
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
}
