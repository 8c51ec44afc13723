using CodeExit.Cli.Devices;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;

namespace CodeExit.Cli;

/// <summary>Makes models resident: picks the backend, and where <c>auto</c> may, takes the processor for a GPU that does not serve.</summary>
internal sealed class Decoders(GpuPicker gpus)
{
    /// <summary>
    /// All cores of a small machine; on a larger one half of what is seen (most show two threads a core, which share its arithmetic), and
    /// no more than 8: memory is saturated long before.
    /// </summary>
    public static int DefaultThreads => Environment.ProcessorCount <= 4 ? Environment.ProcessorCount : Math.Min(8, Environment.ProcessorCount / 2);

    /// <param name="open">Opens the checkpoint; again where the first device fails with it.</param>
    /// <param name="use">What is to be made of the model, which it owns: with <c>auto</c> its failure on a GPU counts as the GPU's.</param>
    /// <param name="warn">Told, in one line, where a GPU was there and is not used.</param>
    /// <exception cref="UsageException">The placement names a device that is not there.</exception>
    /// <exception cref="CliException">The device that it names has no room.</exception>
    public T Open<T>(Func<Checkpoint> open, Placement placement, Func<DecoderModel, T> use, Action<string> warn)
    {
        var checkpoint = open();
        GpuFit? gpu;
        try
        {
            gpu = gpus.Pick(checkpoint, placement, warn);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
        if (gpu is null) return OpenOn(null, checkpoint, placement, use);
        return placement.Device == Device.Auto ? Try(gpu, checkpoint, open, placement, use, warn) : OpenOn(gpu, checkpoint, placement, use);
    }

    /// <param name="checkpoint">Owned from here on, whatever happens.</param>
    public static DecoderModel OpenCpu(Checkpoint checkpoint, Placement placement) => OpenOn(null, checkpoint, placement, static decoder => decoder);

    public static WeightPrecision Weights(Precision precision) => precision switch
    {
        Precision.F32 => WeightPrecision.F32,
        Precision.Bf16 => WeightPrecision.BF16,
        Precision.Int8 or Precision.Auto => WeightPrecision.Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a precision"),
    };

    /// <summary>On the GPU, where a token goes through it; else on the processor.</summary>
    private T Try<T>(GpuFit gpu, Checkpoint checkpoint, Func<Checkpoint> open, Placement placement, Func<DecoderModel, T> use, Action<string> warn)
    {
        try
        {
            using var attempt = gpus.Begin(gpu.Device);
            return OpenOn(gpu, checkpoint, placement, decoder =>
            {
                RunAToken(decoder);
                return use(decoder);
            });
        }
        catch (Exception failure) when (IsTheDevices(failure))
        {
            warn(GpuPicker.NotTaken(gpu.Device, failure.Message));
            return OpenOn(null, open(), placement, use);
        }
    }

    /// <summary>Kernels that the driver has compiled need not run. Better known now than with the first request.</summary>
    private static void RunAToken(DecoderModel decoder)
    {
        using var cache = decoder.CreateCache();
        using var states = decoder.CreateStates(1);
        decoder.Embed([0], 0, states);
        decoder.RunLayers(0, decoder.Config.LayerCount, states, cache, CancellationToken.None);
        states.CopyRow(0, new float[decoder.Config.HiddenSize]); // waits for it
    }

    private static T OpenOn<T>(GpuFit? gpu, Checkpoint checkpoint, Placement placement, Func<DecoderModel, T> use)
    {
        var context = GpuPicker.Context(checkpoint);
        var precision = Weights(placement.Precision);
        IDisposable owned = checkpoint;
        try
        {
            DecoderModel decoder = gpu is null
                ? new CpuDecoderModel(checkpoint, precision, context, placement.Threads ?? DefaultThreads)
                : new GpuDecoderModel(checkpoint, precision, context, gpu.Device);
            owned = decoder;
            return use(decoder);
        }
        catch (GpuMemoryException refusal)
        {
            owned.Dispose();
            throw new GpuException(gpu!.Refused(refusal));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>A driver that refuses, loses its device, or lacks a call.</summary>
    private static bool IsTheDevices(Exception failure) =>
        failure is GpuException or DeviceLostException or EntryPointNotFoundException or DllNotFoundException;
}
