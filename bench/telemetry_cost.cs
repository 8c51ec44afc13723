#:project ../src/CodeExit.Completion/CodeExit.Completion.csproj
#:property PublishAot=false
// dotnet run -c Release bench/telemetry_cost.cs: processor time that measuring and taking down cost a request, of all threads together.
// A request waits as long as the embedded model decodes, and computes nothing: what the process takes more with telemetry is telemetry.
// Reads what this machine has. CODEEXIT_SYSFS=DIR with a tree of RAPL files, or CODEEXIT_NVML_LIBRARY, has other sources read.
using CodeExit.Completion;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;
using CodeExit.Inference.Tokenization;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;

const int Requests = 150, Rounds = 6;
var decode = TimeSpan.FromMilliseconds(20);
var options = TelemetryOptions.FromEnvironment(Environment.GetEnvironmentVariable);
using var sources = EnergySources.Discover(options, TimeProvider.System);
foreach (var source in sources.All)
{
    List<double> without = [], with = [];
    for (var round = 0; round <= Rounds; round++)
    {
        var plain = await MicrosecondsAsync(null);
        var measured = await MicrosecondsAsync(source);
        if (round == 0) continue; // what runs for the first time is compiled
        without.Add(plain);
        with.Add(measured);
    }
    var more = with.Zip(without, (a, b) => a - b).Order().ElementAt(Rounds / 2);
    Console.WriteLine(FormattableString.Invariant(
        $"{source.Info.Id}: {more:0} µs of processor time a request (with {Median(with):0}, without {Median(without):0}), {more / decode.TotalMicroseconds * 100:0.00} % of {decode.TotalMilliseconds} ms on one core"));
}

// Idle: no request for ten seconds.
using (var meter = new EnergyMeter([sources.All[0]], TimeProvider.System))
{
    meter.Open().Dispose();
    await Task.Delay(2000);
    var polls = meter.Polls;
    await Task.Delay(10_000);
    Console.WriteLine($"idle for 10 s: {meter.Polls - polls} readings");
}

async Task<double> MicrosecondsAsync(CodeExit.Telemetry.Sources.IEnergySource? source)
{
    var folder = Directory.CreateTempSubdirectory("codeexit-cost-").FullName;
    var meter = source is null ? null : new EnergyMeter([source], TimeProvider.System);
    var log = source is null ? null : new RequestLog(meter, new RecordFile(folder), Console.Error.WriteLine);
    using (var service = new CompletionService(_ => new LoadedModel("waits", new WaitingGenerator(decode), new OneToken()), new(), null, meter, log))
    {
        for (var i = 0; i < 20; i++) await service.CompleteAsync(new CompletionRequest("x = ", 4), default); // loads, and finds its place in the file
        await Task.Delay(500);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Requests; i++) await service.CompleteAsync(new CompletionRequest("x = ", 4), default);
        await Task.Delay(500); // the last joules, and their record
        var taken = Environment.CpuUsage.TotalTime - before;
        service.Dispose();
        Directory.Delete(folder, recursive: true);
        return taken.TotalMicroseconds / Requests;
    }
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

sealed class WaitingGenerator(TimeSpan decode) : IGenerator
{
    public ModelConfig Config { get; } = new()
    {
        ModelType = "llama", VocabularySize = 8, HiddenSize = 8, IntermediateSize = 8, LayerCount = 12, HeadCount = 1, KeyValueHeadCount = 1, HeadDim = 8,
        MaxPositions = 512, Norm = NormKind.RootMeanSquare, NormEpsilon = 1e-5f, Activation = Activation.Silu, SlidingWindows = new int?[12],
        EmbeddingSize = 8, TiedEmbedding = true, ExitLayers = [12],
    };

    public int ContextLength => 512;

    public string Device => "cpu";

    public GenerationResult Generate(
        ReadOnlySpan<int> prompt, GenerationOptions options, IExitPolicy policy, IReadOnlySet<int> endTokens, ITokenObserver? observer, CancellationToken cancellationToken)
    {
        Thread.Sleep(decode);
        int[] tokens = [1, 1, 1, 1, 1, 1, 1, 1];
        foreach (var token in tokens) observer?.OnToken(token);
        return new GenerationResult(tokens, GenerationEnd.EndOfText, prompt.Length, 0, [.. tokens.Select(_ => 12)], default, default, decode) { Work = 96 };
    }

    public void Dispose() { }
}

sealed class OneToken : ITokenizer
{
    public int VocabularySize => 8;

    public FimTokens? Fim => null;

    public IReadOnlyList<int> Prologue => [];

    public IReadOnlySet<int> EndOfText { get; } = new HashSet<int> { 0 };

    public void Encode(ReadOnlySpan<char> text, SpecialTokens special, List<int> destination) => destination.Add(1);

    public ReadOnlySpan<byte> Bytes(int token) => "a"u8;

    public bool IsSpecial(int token) => token == 0;
}
