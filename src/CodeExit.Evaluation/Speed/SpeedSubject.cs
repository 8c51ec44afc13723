using CodeExit.Evaluation.Machine;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Decoding;
using CodeExit.Inference.EarlyExit;
using CodeExit.Inference.Models;

namespace CodeExit.Evaluation.Speed;

/// <summary>One resident model to be timed.</summary>
/// <param name="Work">What one token must move and compute.</param>
/// <param name="Precision">How the weights are held: "f32", "bf16", "int8".</param>
/// <param name="Threads">Compute threads in use; null where the processor does not compute.</param>
/// <param name="BytesPerWeight">As resident, scales included.</param>
/// <param name="Policy">Full depth.</param>
/// <param name="Machine">Measures what runs the model.</param>
public sealed record SpeedSubject(
    string Model, ModelWork Work, string Precision, int? Threads, double BytesPerWeight, IGenerator Generator, IExitPolicy Policy, IMachineProbe Machine)
    : IDisposable
{
    /// <summary>The generator's model, to time parts of a token; null where there is none.</summary>
    public DecoderModel? Decoder { get; init; }

    /// <summary>The device that the model is on; null for the processor.</summary>
    public GpuDevice? Gpu { get; init; }

    /// <summary>What the model asked of a device with memory of its own so far; null on the processor.</summary>
    public Func<DeviceTraffic>? Traffic { get; init; }

    /// <summary>A resident model, and what measures the device that it is on.</summary>
    /// <param name="threads">Of a model on the processor.</param>
    /// <param name="decoder">Owned from here on.</param>
    public static SpeedSubject Of(string model, ModelWork work, string precision, int threads, DecoderModel decoder)
    {
        var gpu = (decoder as GpuDecoderModel)?.Gpu;
        return new SpeedSubject(
            model, work, precision, gpu is null ? threads : null, decoder.BytesPerToken / (double)(work.BlockWeights + work.HeadWeights),
            new Generator(decoder), new FullDepthPolicy(), gpu is null ? new ProcessorProbe() : new CardProbe(gpu))
        {
            Decoder = decoder,
            Gpu = gpu,
            Traffic = gpu is null ? null : () => decoder.Traffic!.Value,
        };
    }

    public void Dispose()
    {
        Generator.Dispose();
        Machine.Dispose();
    }
}
