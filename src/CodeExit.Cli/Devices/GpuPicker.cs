using System.Globalization;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;
using CodeExit.Telemetry;
using CodeExit.Telemetry.Sources;

namespace CodeExit.Cli.Devices;

/// <summary>
/// Which GPU a model goes to, decided anew at each load and before anything is opened. <c>auto</c> takes a GPU with memory of its own that
/// can run the model and has room for it with something left for others, for a model that the processor does not have in its caches;
/// <c>gpu</c> takes what it is told. Decoding waits for memory, and a GPU in the processor reads the same.
/// </summary>
/// <param name="list">What OpenCL offers; told whether only real GPUs are of use.</param>
/// <param name="freeMemory">Bytes free on a device; null where nothing tells.</param>
/// <param name="attempts">What came of earlier ones.</param>
/// <param name="staysInCaches">Whether the processor has a model in its caches: a card would wait for launches, a hundred a token, longer than that takes.</param>
internal sealed class GpuPicker(
    Func<bool, GpuDeviceList> list, Func<GpuDevice, long?> freeMemory, GpuAttempts attempts, Func<DecoderTensors, WeightPrecision, bool> staysInCaches)
{
    /// <summary>Positions of a completion's cache: the default prompt, twice over.</summary>
    private const int CompletionContext = 2048;

    private bool _avoidsGpus;

    public static int Context(Checkpoint checkpoint) => Math.Min(CompletionContext, checkpoint.Config.MaxPositions);

    public static string NotTaken(GpuDevice gpu, string reason) => $"the model runs on the processor, not on {gpu.Name}: {reason.ReplaceLineEndings(" ")}";

    /// <summary>A GPU was lost under a model: the next load by <c>auto</c> is to the processor, so that the request gets its answer. Those after it look again.</summary>
    public void DeviceLost() => _avoidsGpus = true;

    /// <summary>A model is opened on a device that <c>auto</c> has taken, until what this gives is disposed.</summary>
    public IDisposable? Begin(GpuDevice gpu) => attempts.Begin(gpu);

    /// <param name="warn">Told, in one line, where a GPU was there and <c>auto</c> does not take it.</param>
    /// <returns>Null for the processor.</returns>
    /// <exception cref="UsageException">The placement names a device that is not there.</exception>
    /// <exception cref="CliException">The device that it names has no room.</exception>
    /// <exception cref="CheckpointException">The backend cannot run the model on the device that it names.</exception>
    public GpuFit? Pick(Checkpoint checkpoint, Placement placement, Action<string> warn) => placement.Device switch
    {
        Device.Cpu => null,
        Device.Gpu => Named(checkpoint, placement),
        _ => Best(checkpoint, placement, warn),
    };

    /// <summary>Whether and how a model would be held on a device.</summary>
    /// <exception cref="CheckpointException">The backend cannot run the model so.</exception>
    public GpuFit Fit(Checkpoint checkpoint, Placement placement, GpuDevice gpu)
    {
        var precision = Decoders.Weights(placement.Precision);
        var needs = Needs(precision);
        var lower = new List<(WeightPrecision, GpuMemory)>();
        foreach (var other in Enum.GetValues<WeightPrecision>().Where(other => other > precision)) // in the order of their size, the largest first
        {
            try
            {
                lower.Add((other, Needs(other)));
            }
            catch (CheckpointException)
            {
                // not one that the backend has
            }
        }
        return new GpuFit(gpu, freeMemory(gpu), precision, needs, lower);

        GpuMemory Needs(WeightPrecision held) => GpuMemory.Of(checkpoint, held, Context(checkpoint), gpu);
    }

    private GpuFit Named(Checkpoint checkpoint, Placement placement)
    {
        var fit = Fit(checkpoint, placement, Named(list(false), placement.Gpu));
        return fit.Refusal() is { } refusal ? throw new CliException(refusal) : fit;
    }

    private GpuFit? Best(Checkpoint checkpoint, Placement placement, Action<string> warn)
    {
        if (staysInCaches(checkpoint.Tensors, Decoders.Weights(placement.Precision))) return null;
        string? reason = null;
        foreach (var gpu in list(true).Devices.Where(device => device is { Kind: GpuDeviceKind.Gpu, SharesMemory: false }))
        {
            var (fit, refusal) = WhyNot(gpu) is { } history ? (null, history) : Try(checkpoint, placement, gpu);
            if (refusal is null) return fit;
            reason ??= NotTaken(gpu, refusal);
        }
        _avoidsGpus = false;
        if (reason is not null) warn(reason);
        return null;
    }

    private string? WhyNot(GpuDevice gpu) => _avoidsGpus ? "it was lost just now; loaded anew, the model may go there again" : attempts.WhyNot(gpu);

    private (GpuFit?, string? Refusal) Try(Checkpoint checkpoint, Placement placement, GpuDevice gpu)
    {
        try
        {
            var fit = Fit(checkpoint, placement, gpu);
            return (fit, fit.Refusal(GpuFit.Reserve));
        }
        catch (CheckpointException unsupported)
        {
            return (null, unsupported.Message);
        }
    }

    private static GpuDevice Named(GpuDeviceList list, string? name)
    {
        if (list.Devices is not [var first, ..]) throw new UsageException($"device 'gpu' is not available: {list.Reason}; use cpu or auto");
        if (name is null) return first;
        var found = list.Devices.FirstOrDefault(device => IsCalled(device, name)) // before numbers: a UUID may be all digits
            ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? list.Devices.ElementAtOrDefault(number) : null);
        if (found is not null) return found;
        var all = string.Join(", ", list.Devices.Select((device, index) => $"gpu:{index} ({device.Name})"));
        throw new UsageException($"--device gpu:{name}: there is no such device; there are {all}");
    }

    /// <summary>UUIDs and PCI addresses are written in several ways: energy sources know them all.</summary>
    private static bool IsCalled(GpuDevice device, string name) =>
        new EnergySourceInfo("", "", "gpu", EnergyLabel.Unavailable, TimeSpan.Zero) { Uuid = device.Uuid, PciId = device.PciAddress }.Is(name);
}
