using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Compute.Cpu;
using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Models;
using CodeExit.Tests.Inference.Compute.Gpu;

namespace CodeExit.Tests.Inference;

/// <summary>
/// Where tests of engine, policies and speculation run their models: CODEEXIT_TEST_DEVICE, "cpu" (the default) or "gpu", the first OpenCL
/// device. Such tests have the trait Device=any, so that a second run can pick them out.
/// </summary>
internal static class TestDevice
{
    /// <summary>The trait's name and value.</summary>
    public const string Trait = "Device", Any = "any";

    private const string Variable = "CODEEXIT_TEST_DEVICE";

    public static bool IsGpu { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "cpu" => false,
        "gpu" => TestGpu.WhyNone is { } reason ? throw new InvalidOperationException($"{Variable}=gpu: {reason}") : true,
        var other => throw new InvalidOperationException($"{Variable}={other}: must be cpu or gpu"),
    };

    /// <param name="checkpoint">Owned from here on.</param>
    /// <param name="threads">Of the processor's backend.</param>
    public static DecoderModel Open(Checkpoint checkpoint, WeightPrecision precision, int contextLength, int threads) => IsGpu
        ? new GpuDecoderModel(checkpoint, precision, contextLength, TestGpu.Device)
        : new CpuDecoderModel(checkpoint, precision, contextLength, threads);
}
