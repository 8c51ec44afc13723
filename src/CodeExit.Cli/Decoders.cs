using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;
using CodeExit.Inference.Models;

namespace CodeExit.Cli;

/// <summary>Makes models resident: picks the backend.</summary>
internal static class Decoders
{
    /// <summary>Positions of a completion's cache: the default prompt, twice over.</summary>
    private const int CompletionContext = 2048;

    /// <summary>
    /// All cores of a small machine; on a larger one half of what is seen (most show two threads a core, which share its arithmetic), and
    /// no more than 8: memory is saturated long before.
    /// </summary>
    public static int DefaultThreads => Environment.ProcessorCount <= 4 ? Environment.ProcessorCount : Math.Min(8, Environment.ProcessorCount / 2);

    /// <param name="checkpoint">Owned from here on, whatever happens.</param>
    /// <exception cref="UsageException">The placement names a device that is not there.</exception>
    public static DecoderModel Open(Checkpoint checkpoint, Placement placement)
    {
        try
        {
            var context = Math.Min(CompletionContext, checkpoint.Config.MaxPositions);
            var precision = Weights(placement.Precision);
            return placement.Device == Device.Gpu
                ? new GpuDecoderModel(checkpoint, precision, context, Gpu())
                : new CpuDecoderModel(checkpoint, precision, context, placement.Threads ?? DefaultThreads);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public static WeightPrecision Weights(Precision precision) => precision switch
    {
        Precision.F32 => WeightPrecision.F32,
        Precision.Bf16 => WeightPrecision.BF16,
        Precision.Int8 or Precision.Auto => WeightPrecision.Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a precision"),
    };

    private static GpuDevice Gpu()
    {
        var list = OpenClDevices.List();
        return list.Devices is [var first, ..] ? first : throw new UsageException($"device 'gpu' is not available: {list.Reason}; use cpu or auto");
    }
}
