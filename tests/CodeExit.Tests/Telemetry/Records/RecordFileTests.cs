using CodeExit.Telemetry;
using CodeExit.Telemetry.Records;
using CodeExit.Tests.Inference.Checkpoints;
using static CodeExit.Tests.Telemetry.Records.SampleRecords;

namespace CodeExit.Tests.Telemetry.Records;

public sealed class RecordFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_NoFile_IsEmpty() => Assert.Empty(New().Read());

    [Fact]
    public void Read_Appended_IsTheSame()
    {
        var record = Record(1) with { Energy = Record(1).Energy with { Contamination = "other processes used 20 % of the device" } };
        var failed = Record(2, joules: null, RequestOutcome.Failed, EnergyLabel.Unavailable) with { Tokens = null, DecodeMs = null };
        Append(New(), record, failed);

        Assert.Equal([(record, null), (failed, null)], New().Read());
    }

    [Fact]
    public void Read_Fates_AreBesideTheirRequests()
    {
        var file = New();
        Append(file, Record(1), Record(2), Record(3));
        foreach (var fate in new SuggestionFate[] { new(1, 0), new(2, 0), new(2, 31), new(2, 5) }) file.Append(new RecordEntry(Fate: fate));

        Assert.Equal([new(1, 0), new(2, 31), null], file.Read().Select(entry => entry.Fate));
    }

    [Fact]
    public void Append_MoreThanFits_KeepsTheLastInTheSameSize()
    {
        var file = New();
        Append(file, Record(1));
        var size = new FileInfo(file.Path).Length;

        for (var id = 2; id <= RecordFile.Slots + 10; id++) Append(file, Record(id));

        Assert.Equal(size, new FileInfo(file.Path).Length);
        Assert.Equal(Enumerable.Range(11, RecordFile.Slots).Select(id => (long)id), file.Read().Select(entry => entry.Request.Id));
    }

    [Fact]
    public void Append_ByAnotherProcess_GoesOnBehindTheNewest()
    {
        Append(New(), Record(1), Record(2));
        Append(New(), Record(3));

        Assert.Equal([1, 2, 3], New().Read().Select(entry => entry.Request.Id));
    }

    [Fact]
    public async Task Append_ByManyAtOnce_LosesNothing()
    {
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var file = New(); // as in a process of its own: what they share is the file
            for (var i = 0; i < 50; i++) Append(file, Record(writer * 100 + i));
        }));

        await Task.WhenAll(writers);

        var ids = New().Read().Select(entry => entry.Request.Id).ToArray();
        Assert.Equal(200, ids.Length);
        Assert.Equal(200, ids.Distinct().Count());
    }

    [Fact]
    public void Read_TornRecord_IsLeftOutAndItsSlotUsedAgain()
    {
        var file = New();
        Append(file, Record(1), Record(2), Record(3));
        using (var raw = new FileStream(file.Path, FileMode.Open))
        {
            raw.Position = 3 * RecordSlot.Bytes + 40; // the third
            raw.WriteByte((byte)'?');
        }
        Assert.Equal([1, 2], New().Read().Select(entry => entry.Request.Id));

        Append(New(), Record(4));

        Assert.Equal([1, 2, 4], New().Read().Select(entry => entry.Request.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(2500)]
    public void Read_FileCutOff_GivesWhatIsWhole(int length)
    {
        var file = New();
        Append(file, Record(1), Record(2));
        using (var raw = new FileStream(file.Path, FileMode.Open)) raw.SetLength(length);

        Assert.Equal(length < 2048 ? [] : [1L], file.Read().Select(entry => entry.Request.Id));
        Append(New(), Record(9));
        Assert.Contains(9, file.Read().Select(entry => entry.Request.Id));
    }

    [Fact]
    public void Read_RandomBytes_IsEmpty()
    {
        var noise = new byte[8 * RecordSlot.Bytes];
        new Random(5).NextBytes(noise);
        File.WriteAllBytes(New().Path, noise);

        Assert.Empty(New().Read());
    }

    [Fact]
    public void Append_LongNames_AreCut()
    {
        var record = Record(1) with { Model = new string('m', 5000), Energy = EnergyMeasurement.Unavailable(TimeSpan.Zero) with { Source = new string('s', 5000) } };
        Append(New(), record);

        Assert.Equal(100, Assert.Single(New().Read()).Request.Model.Length);
    }

    public void Dispose() => _folder.Dispose();

    private RecordFile New() => new(_folder.Path);

    private static void Append(RecordFile file, params RequestRecord[] records)
    {
        foreach (var record in records) file.Append(new RecordEntry(Request: record));
    }
}
