using CodeExit.Telemetry;
using CodeExit.Telemetry.Metrics;
using CodeExit.Telemetry.Records;
using static CodeExit.Tests.Telemetry.Records.SampleRecords;

namespace CodeExit.Tests.Telemetry.Metrics;

public sealed class EnergyTotalsTests
{
    private readonly EnergyTotals _totals = new();

    [Fact]
    public void Add_OtherLabels_AreNeverAddedToEachOther()
    {
        _totals.Add(Record(1, 1.5));
        _totals.Add(Record(2, 0.5, label: EnergyLabel.EstimatedModel));
        _totals.Add(Record(3, 2.5));
        _totals.Add(Record(4, null, label: EnergyLabel.Unavailable));

        Assert.Equal(
            [
                new(EnergyLabel.MeasuredCounter, "rapl:package-0", "cpu-package", 2, 4, 3, 0, 0),
                new(EnergyLabel.EstimatedModel, "rapl:package-0", "cpu-package", 1, 0.5, 0.375, 0, 0),
                new(EnergyLabel.Unavailable, "rapl:package-0", "cpu-package", 1, null, null, null, 0),
            ],
            _totals.All);
    }

    [Fact]
    public void WastedShare_CancelledFailedAndEmpty_AreWaste()
    {
        _totals.Add(Record(1, 6));
        _totals.Add(Record(2, 1, RequestOutcome.Cancelled));
        _totals.Add(Record(3, 2, RequestOutcome.Failed));
        _totals.Add(Record(4, 1, RequestOutcome.Empty));

        Assert.Equal(0.4, Assert.Single(_totals.All).WastedShare);
    }

    [Fact]
    public void JoulesPerAcceptedCharacter_OfAllThatWasSpent_NotOnlyOfWhatWasAccepted()
    {
        _totals.Add(Record(1, 6));
        _totals.Add(Record(2, 4, RequestOutcome.Cancelled));
        Assert.Null(Assert.Single(_totals.All).JoulesPerAcceptedCharacter);

        _totals.AddAccepted(Record(1).Energy, 20);

        Assert.Equal(0.5, Assert.Single(_totals.All).JoulesPerAcceptedCharacter);
    }
}
