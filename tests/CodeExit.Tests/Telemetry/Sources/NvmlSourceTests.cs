using System.Runtime.CompilerServices;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Attribution;
using CodeExit.Telemetry.Sources;
using CodeExit.Telemetry.Sources.Nvml;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Telemetry.Sources;

public sealed class NvmlSourceTests : IDisposable
{
    private readonly SimulatedTime _time = new();
    private NvmlStub? _stub;

    private NvmlStub Stub => _stub ??= new NvmlStub(_time);

    [Fact]
    public void Structs_AsInNvmlH_HaveItsSizes() =>
        Assert.Equal((40, 68, 32), (Unsafe.SizeOf<NvmlFieldValue>(), Unsafe.SizeOf<NvmlPciInfo>(), Unsafe.SizeOf<NvmlProcessSample>()));

    [StubFact]
    public void Read_TwoCards_AreApart()
    {
        Stub.Idle(Stub.AddCard("GPU-a"), 50);
        Stub.Idle(Stub.AddCard("GPU-b", bus: 2), 90);
        using var sources = Stub.Discover(_time);
        IEnergySource[] cards = [sources.ForCard("GPU-a")!, sources.ForCard("GPU-b")!];
        var before = cards.Select(card => card.Read().Joules!.Value).ToArray();
        _time.Advance(10);

        var after = cards.Select(card => card.Read()).ToArray();

        Assert.Equal([500, 900], after.Select((reading, i) => Math.Round(reading.Joules!.Value - before[i])));
        Assert.Equal([50, 90], after.Select(reading => reading.Watts!.Value));
    }

    [StubFact]
    public void Read_DriverForgotThisProcess_StartsAnew()
    {
        Stub.AddCard();
        using var sources = Stub.Discover(_time);
        var card = NvmlStub.Card(sources);
        var before = card.Read();

        Stub.Forget();
        _time.Advance(1);

        Assert.Equal(70, card.Read().Joules!.Value - before.Joules!.Value, 7.1);
    }

    [StubFact]
    public void Read_CardLost_ComesBackInANewEpoch()
    {
        Stub.AddCard();
        using var sources = Stub.Discover(_time);
        var card = NvmlStub.Card(sources);
        var before = card.Read();

        Stub.Fail("*", NvmlStub.GpuIsLost);
        var lost = card.Read();
        Assert.Equal((ReadFault.Lost, "the card has fallen off the bus"), (lost.Fault, lost.Reason));
        Stub.Fail("*", 0);

        Assert.NotEqual(before.Epoch, card.Read().Epoch);
    }

    [StubFact]
    public void Read_OneOfTwoLost_TheOtherGoesOn()
    {
        Stub.AddCard("GPU-a");
        Stub.AddCard("GPU-b", bus: 2);
        using var sources = Stub.Discover(_time);
        var (lost, other) = (sources.ForCard("GPU-a")!, sources.ForCard("GPU-b")!);
        lost.Read();
        var before = other.Read();

        Stub.Fail("*", NvmlStub.GpuIsLost, card: 0);
        for (var i = 0; i < 3; i++) Assert.Equal(ReadFault.Lost, lost.Read().Fault); // each time NVML is started anew
        _time.Advance(10);
        var after = other.Read();

        Assert.Equal((before.Epoch, 700.0), (after.Epoch, Math.Round(after.Joules!.Value - before.Joules!.Value)));
    }

    [StubFact]
    public void Read_CounterLostForGood_TakesTheNextWay()
    {
        Stub.AddCard();
        using var sources = Stub.Discover(_time);
        var card = NvmlStub.Card(sources);
        var before = card.Read();

        Stub.Fail(NvmlStub.Energy, NvmlStub.NotSupported);
        var after = card.Read();

        Assert.Equal((null, 70.0, EnergyLabel.MeasuredIntegrated), (after.Joules, after.Watts, card.Info.Label));
        Assert.NotEqual(before.Epoch, after.Epoch);
    }

    [StubTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Measured_DriverResetOrWrapDuringARequest_IsIntegratedInstead(bool reset)
    {
        Stub.AddCard();
        if (!reset) Stub.Wrap(0, 1100); // starts at 1000 J: over it within 2 s
        using var sources = Stub.Discover(_time);
        using var meter = new EnergyMeter([NvmlStub.Card(sources)], _time);
        Stub.Draw(0, 1, 2, 300);
        _time.Advance(1);
        var window = meter.Open();
        _time.Advance(0.5);
        if (reset) Stub.Reset(0);
        _time.Advance(0.5);
        window.Close();
        _time.Advance(2);

        var joules = window.Settled();
        Assert.Equal(EnergyLabel.MeasuredIntegrated, joules.Label);
        Assert.Equal(300, joules.Joules!.Value, 5.0);
    }

    [StubFact]
    public void OtherWork_ProcessesOfOthers_AreCountedAndOwnAreNot()
    {
        Stub.AddCard();
        using var library = NvmlLibrary.TryLoad(Stub.Path)!;
        var session = new NvmlSession(library);
        session.Start();
        var others = new NvmlOthers(new NvmlDevice(session, "GPU-a"), ownProcessId: 42);
        Assert.Equal(TimeSpan.Zero, others.Total());

        Stub.Process(0, 42, timestamp: 100, utilization: 90);
        Assert.Equal(TimeSpan.Zero, others.Total());
        Stub.Process(0, 77, timestamp: 101, utilization: 60);
        var seen = others.Total();

        Assert.Equal(0.1, seen!.Value.TotalSeconds, 1e-6); // a sixth of a second at 60 %
        Assert.Equal(seen, others.Total());
        Assert.Null(new NvmlOthers(new NvmlDevice(session, "GPU-a"), ownProcessId: null).Total());
    }

    [StubFact]
    public void Polls_WhileNoRequestRuns_LeaveTheLibraryAlone()
    {
        Stub.AddCard();
        using var sources = Stub.Discover(_time);
        using var meter = new EnergyMeter([NvmlStub.Card(sources)], _time);
        meter.Open().Dispose();
        _time.Advance(5);
        var calls = Stub.Calls;

        _time.Advance(3600);

        Assert.Equal(calls, Stub.Calls);
    }

    public void Dispose() => _stub?.Dispose();
}
