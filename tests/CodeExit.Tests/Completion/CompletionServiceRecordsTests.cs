using CodeExit.Completion;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Completion.Fakes;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Completion;

/// <summary>What is taken down of requests. A request takes half a second in which its device draws 300 W, 230 more than at rest.</summary>
public sealed class CompletionServiceRecordsTests : IDisposable
{
    private static readonly CompletionRequest Anything = new("the_users_code = ", 17);

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedTime _time = new();
    private readonly List<string> _warnings = [];
    private readonly SimulatedSource _source;

    public CompletionServiceRecordsTests() => _source = new SimulatedSource(_time);

    private RecordFile Records => new(_folder.Path);

    [Fact]
    public async Task CompleteAsync_Answered_LeavesARecordWithMeasuredJoules()
    {
        CompletionResult result;
        using (var service = Service(_ => "a + b"))
        {
            result = (await service.CompleteAsync(Anything, default))!;
            await _time.RunAsync(result.MeasuredEnergy!);
            service.Report(new SuggestionFate(result.Id, 3));
        }

        var (record, fate) = Assert.Single(Records.Read());
        Assert.Equal((RequestOutcome.Suggested, result.Id, "scripted", "cpu", "full", "lossless"), (record.Outcome, record.Id, record.Model, record.Device, record.Policy, record.Mode));
        Assert.Equal((result.PromptTokens, 5, 5, 30), (record.PromptTokens!.Value, record.Tokens!.Value, record.Characters!.Value, record.Layers!.Value));
        Assert.Equal((EnergyLabel.MeasuredCounter, "simulated"), (record.Energy.Label, record.Energy.Source));
        Assert.Equal(300 * 0.5, record.Energy.Joules!.Value, 5.0);
        Assert.Equal(3, fate!.AcceptedCharacters);
    }

    [Fact]
    public async Task CompleteAsync_CancelledFailedOrEmpty_IsWaste()
    {
        using var stop = new CancellationTokenSource();
        var service = Service(round => round switch
        {
            0 => "",
            1 => throw new InvalidOperationException("the users code broke it"),
            _ => throw Cancelled(stop),
        });
        await service.CompleteAsync(Anything, default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => service.CompleteAsync(Anything, default));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CompleteAsync(Anything, stop.Token));
        await service.WarmAsync(default);
        for (var i = 0; i < 300; i++)
        {
            _time.Advance(0.01);
            await Task.Yield();
        }
        service.Dispose();

        Assert.Equal([RequestOutcome.Empty, RequestOutcome.Failed, RequestOutcome.Cancelled], Records.Read().Select(entry => entry.Request.Outcome));
        var total = Assert.Single(service.EnergyTotals);
        Assert.Equal((3, 3 * 150.0), (total.Requests, Math.Round(total.Joules!.Value / 10) * 10));
        Assert.Equal(total.Joules, total.WastedJoules);
    }

    [Fact]
    public async Task CompleteAsync_AnyRequest_LeavesNothingOfTheUsersText()
    {
        var round = 0;
        using (var service = Service(_ => round++ == 0 ? "wonderful_unicorns" : throw new InvalidOperationException("the_users_code broke it")))
        {
            await service.CompleteAsync(Anything, default);
            await Assert.ThrowsAsync<InvalidOperationException>(() => service.CompleteAsync(Anything, default));
        }

        var raw = System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Records.Path));
        Assert.Equal(2, Records.Read().Count);
        Assert.All(["users", "unicorns", "broke"], word => Assert.DoesNotContain(word, raw, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task CompleteAsync_FolderThatCannotBeWritten_WarnsOnceAndAnswersAllTheSame()
    {
        var inTheWay = _folder.Write("file", "");
        using (var service = Service(_ => "a + b", new RecordFile(inTheWay)))
        {
            for (var i = 0; i < 3; i++) Assert.Equal("a + b", (await service.CompleteAsync(Anything, default))!.Text);
        }

        Assert.StartsWith("request records are not kept: ", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AtRest_KnowsThePowerAndReadsNothing()
    {
        using var service = Service(_ => "a + b");
        Assert.Null(service.Status.Power!.Watts);
        await _time.RunAsync((await service.CompleteAsync(Anything, default))!.MeasuredEnergy!);
        var (reads, earlier) = (_source.Reads, service.Status.Power!.Age!.Value);
        _time.Advance(3);

        var power = service.Status.Power!;
        _time.Advance(600);

        Assert.Equal(70, power.Watts!.Value, 1.0);
        Assert.Equal(3, (power.Age!.Value - earlier).TotalSeconds, 1e-6);
        Assert.Equal(("simulated", 600.0), (power.Source.Id, Math.Round((service.Status.Power!.Age!.Value - power.Age.Value).TotalSeconds)));
        Assert.Equal(reads, _source.Reads);
    }

    public void Dispose() => _folder.Dispose();

    private static OperationCanceledException Cancelled(CancellationTokenSource stop)
    {
        stop.Cancel();
        return new OperationCanceledException(stop.Token);
    }

    /// <param name="says">The text of each request, counted from 0.</param>
    private CompletionService Service(Func<int, string> says, RecordFile? records = null)
    {
        var round = 0;
        var generator = new ScriptedGenerator
        {
            Script = (_, _) =>
            {
                _source.Draw(300, 0.5);
                _time.Advance(0.5);
                return ByteTokenizer.Tokens(says(round++));
            },
        };
        var meter = new EnergyMeter([_source], _time);
        var log = new RequestLog(meter, records ?? Records, _warnings.Add);
        return new CompletionService(_ => generator.Loaded(), new(), _time, meter, log);
    }
}
