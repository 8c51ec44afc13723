using CodeExit.Cli;
using CodeExit.Cli.Devices;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Devices;

public sealed class GpuPickerTests : IDisposable
{
    private const long Gibi = 1L << 30;

    private static readonly Placement Auto = new(Device.Auto, Precision.Bf16);

    private readonly Checkpoint _checkpoint = Checkpoint.Open(Fixtures.Folder("llama-base"));
    private readonly List<string> _warned = [];
    private readonly TemporaryFolder _folder = new();
    private long? _free;
    private bool _staysInCaches;

    public void Dispose()
    {
        _checkpoint.Dispose();
        _folder.Dispose();
    }

    private long Needed => GpuMemory.Of(_checkpoint, WeightPrecision.BF16, GpuPicker.Context(_checkpoint), Card("")).Total;

    [Fact]
    public void Pick_AutoAndARealGpu_TakesItWithoutAWord()
    {
        Assert.Equal("Card", Pick(Auto, Processor(), Card("Card"))!.Device.Name);
        Assert.Empty(_warned);
    }

    [Fact]
    public void Pick_AutoAndAProcessorBehindOpenCl_IsTheCpuWithoutAWord()
    {
        Assert.Null(Pick(Auto, Processor()));
        Assert.Null(Pick(Auto));
        Assert.Empty(_warned);
    }

    [Fact]
    public void Pick_GpuInTheProcessor_IsTakenOnlyWhereItIsAskedFor()
    {
        var inside = Card("Inside") with { SharesMemory = true };

        Assert.Null(Pick(Auto, inside));
        Assert.Empty(_warned);
        Assert.Equal("Inside", Pick(new Placement(Device.Gpu, Precision.Bf16), inside)!.Device.Name);
    }

    [Fact]
    public void Pick_ModelInTheProcessorsCaches_GoesToAGpuOnlyWhereThatIsAskedFor()
    {
        _staysInCaches = true;

        Assert.Null(Pick(Auto, Card("Card")));
        Assert.Empty(_warned);
        Assert.Equal("Card", Pick(Auto with { Device = Device.Gpu }, Card("Card"))!.Device.Name);
    }

    [Fact]
    public void Pick_Cpu_AsksNoDriver() =>
        Assert.Null(new GpuPicker(_ => throw new InvalidOperationException(), _ => null, new GpuAttempts(null), (_, _) => false).Pick(_checkpoint, new Placement(Device.Cpu), _warned.Add));

    [Fact]
    public void Pick_AutoAndTooLittleFree_IsTheCpuAndSaysWhyInALine()
    {
        _free = Needed + GpuFit.Reserve - 1;
        Assert.Null(Pick(Auto, Card("Card", 8 * Gibi)));

        var line = Assert.Single(_warned);
        Assert.StartsWith("the model runs on the processor, not on Card: the model takes ", line, StringComparison.Ordinal);
        Assert.Contains($"{GpuFit.Size(_free.Value)} of its 8.0 GiB are free, of which 256.0 MiB are left to others", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);

        _free++;
        Assert.NotNull(Pick(Auto, Card("Card", 8 * Gibi)));
    }

    [Fact]
    public void Pick_AutoAndASecondGpuWithRoom_TakesThat() =>
        Assert.Equal("Large", Pick(Auto, Card("Small", GpuFit.Reserve), Card("Large"))!.Device.Name);

    /// <summary>The request is answered by the processor; the next load looks again.</summary>
    [Fact]
    public void Pick_AutoAfterALoss_IsTheCpuOnce()
    {
        var picker = Picker(Card("Card"));
        picker.DeviceLost();

        Assert.Null(picker.Pick(_checkpoint, Auto, _warned.Add));
        Assert.Contains("lost just now", Assert.Single(_warned), StringComparison.Ordinal);
        Assert.NotNull(picker.Pick(_checkpoint, Auto, _warned.Add));
    }

    /// <summary>What a driver leaves that ends the process. One may have been killed by its user.</summary>
    [Fact]
    public void Pick_AutoAndADriverThatEndedTwoProcesses_IsTheCpuUntilTheDriverIsAnother()
    {
        using (new GpuAttempts(_folder.Path).Begin(Card("Card"))) // of a process that lives, as this one
        {
            Assert.NotNull(Pick(Auto, Card("Card")));
            File.Move(Assert.Single(Directory.GetFiles(_folder.Path)), Path.Combine(_folder.Path, $"gpu-attempt-{int.MaxValue}"));
        }
        Assert.NotNull(Pick(Auto, Card("Card")));
        File.Copy(Assert.Single(Directory.GetFiles(_folder.Path)), Path.Combine(_folder.Path, $"gpu-attempt-{int.MaxValue - 1}"));

        Assert.Null(Pick(Auto, Card("Card")));
        Assert.Contains("its driver ended 2 processes while it was opened; remove ", Assert.Single(_warned), StringComparison.Ordinal);
        Assert.NotNull(Pick(Auto, Card("Card") with { Driver = "2.0" }));
        Assert.NotNull(Pick(Auto with { Device = Device.Gpu }, Card("Card")));
    }

    [Fact]
    public void Begin_Disposed_LeavesNothing()
    {
        new GpuAttempts(_folder.Path).Begin(Card("Card"))!.Dispose();

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Pick_GpuAfterALoss_IsTheGpu()
    {
        var picker = Picker(Card("Card"));
        picker.DeviceLost();

        Assert.NotNull(picker.Pick(_checkpoint, Auto with { Device = Device.Gpu }, _warned.Add));
    }

    [Theory]
    [InlineData(null, "First")]
    [InlineData("0", "First")]
    [InlineData("1", "Second")]
    [InlineData("2", "PoCL")]
    [InlineData("00000000:02:00.0", "Second")] // as NVML writes it
    [InlineData("02:00.0", "Second")]
    [InlineData("GPU-00000000-0000-0000-0000-000000000002", "Second")]
    [InlineData("00000000000000000000000000000002", "Second")]
    public void Pick_GpuByNumberUuidOrAddress_IsThatOne(string? name, string expected) =>
        Assert.Equal(expected, Pick(Auto with { Device = Device.Gpu, Gpu = name }, Numbered("First", 1), Numbered("Second", 2), Processor())!.Device.Name);

    [Theory]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("0000:09:00.0")]
    [InlineData("other")]
    public void Pick_GpuThatIsNotThere_NamesThoseThatAre(string name)
    {
        var refusal = Assert.Throws<UsageException>(() => Pick(Auto with { Device = Device.Gpu, Gpu = name }, Card("First"), Processor()));

        Assert.Equal($"--device gpu:{name}: there is no such device; there are gpu:0 (First), gpu:1 (PoCL)", refusal.Message);
    }

    [Fact]
    public void Pick_GpuWithoutAny_SaysWhyThereIsNone() =>
        Assert.Equal("device 'gpu' is not available: no loader; use cpu or auto", Assert.Throws<UsageException>(() => Pick(Auto with { Device = Device.Gpu })).Message);

    [Fact]
    public void Pick_GpuTooSmall_IsRefusedWithNumbersAndWhatWouldFit()
    {
        var full = new Placement(Device.Gpu, Precision.F32);
        var (f32, bf16) = (GpuMemory.Of(_checkpoint, WeightPrecision.F32, GpuPicker.Context(_checkpoint), Card("")), Needed);

        var fits = Assert.Throws<CliException>(() => Pick(full, Card("Card", f32.Total - 1))).Message;
        var nothing = Assert.Throws<CliException>(() => Pick(full, Card("Card", 1000))).Message;

        Assert.Contains($"the model takes {GpuFit.Size(f32.Total)} ({GpuFit.Size(f32.Model)} in f32, {GpuFit.Size(f32.Cache)} for its cache)", fits, StringComparison.Ordinal);
        Assert.EndsWith($"--precision bf16 takes {GpuFit.Size(bf16)}, --device cpu none of it", fits, StringComparison.Ordinal);
        Assert.EndsWith("; --device cpu needs none of it", nothing, StringComparison.Ordinal);
        Assert.NotNull(Pick(full, Card("Card", f32.Total)));
    }

    [Fact]
    public void Pick_MatrixLargerThanABuffer_IsRefusedWithNumbers()
    {
        var needs = GpuMemory.Of(_checkpoint, WeightPrecision.BF16, GpuPicker.Context(_checkpoint), Card(""));
        var card = Card("Card") with { LargestBufferBytes = needs.LargestBuffer - 1 };

        var refusal = Assert.Throws<CliException>(() => Pick(Auto with { Device = Device.Gpu }, card)).Message;

        Assert.StartsWith($"the model's largest matrix takes {GpuFit.Size(needs.LargestBuffer)} in bf16, and Card takes at most ", refusal, StringComparison.Ordinal);
        Assert.Contains("in one buffer", refusal, StringComparison.Ordinal);
    }

    private GpuFit? Pick(Placement placement, params GpuDevice[] devices) => Picker(devices).Pick(_checkpoint, placement, _warned.Add);

    private GpuPicker Picker(params GpuDevice[] devices) => new(_ => new GpuDeviceList(devices, devices.Length == 0 ? "no loader" : null), _ => _free, new GpuAttempts(_folder.Path), (_, _) => _staysInCaches);

    private static GpuDevice Card(string name, long memory = Gibi) => new(name, "Vendor", "Platform", "1.0", GpuDeviceKind.Gpu, memory, memory, null, null) { LocalMemoryBytes = 32 << 10 };

    private static GpuDevice Numbered(string name, int number) => Card(name) with { Uuid = $"{number:x32}", PciAddress = $"0000:0{number}:00.0" };

    private static GpuDevice Processor() => new("PoCL", "Vendor", "Platform", "1.0", GpuDeviceKind.Cpu, Gibi, Gibi, null, null) { LocalMemoryBytes = 32 << 10 };
}
