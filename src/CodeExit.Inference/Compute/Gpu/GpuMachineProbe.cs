using System.Diagnostics;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Inference.Compute.Gpu;

/// <summary>
/// What a device can do at best, measured with kernels of its own through the same runtime as the model's: a host clock around work that is
/// waited for. Has a context and a queue of its own, so that a model's counters stay as they are.
/// </summary>
public sealed class GpuMachineProbe : IDisposable
{
    private const int Lanes = 256;

    /// <summary>Operations of a lane's step: 64 multiply-adds, each two.</summary>
    private const double OperationsPerStep = 128;

    /// <summary>A copy of this size is out of every cache (those of today's cards hold 256 MiB at most); less on a device with less memory.</summary>
    private const long MostBytes = 512L << 20;

    private const int Copies = 4, Groups = 4096, Launches = 1000, Waits = 200;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(5);

    private readonly GpuRuntime _runtime;
    private readonly GpuKernel _copy, _multiplyAdd, _nothing;
    private readonly GpuBuffer _source, _target, _results;
    private readonly int _fours;
    private int _steps = 16;

    /// <exception cref="GpuException">The device refuses, for want of memory for one.</exception>
    public GpuMachineProbe(GpuDevice device)
    {
        _runtime = new GpuRuntime(device);
        try
        {
            var kernels = _runtime.Build(GpuKernels.Source("machine"), "", "scatter", "copy", "multiply_add", "nothing");
            (_copy, _multiplyAdd, _nothing) = (kernels[1], kernels[2], kernels[3]);
            var bytes = Math.Min(Math.Min(MostBytes, device.LargestBufferBytes), device.MemoryBytes / 16) / (16 * Lanes) * (16 * Lanes);
            _fours = (int)(bytes / 16);
            _source = _runtime.Allocate(bytes);
            _target = _runtime.Allocate(bytes);
            _results = _runtime.Allocate(Groups * Lanes * sizeof(float));
            _runtime.Launch(kernels[0].With(_source), (_fours, 1, 1), Lanes);
            _runtime.Wait();
        }
        catch
        {
            _runtime.Dispose();
            throw;
        }
    }

    /// <summary>Bytes read plus bytes written per second by copies from the device's memory to the device's memory.</summary>
    public double CopyBandwidth()
    {
        var seconds = Seconds(() => Repeat(Copies, () => _runtime.Launch(_copy.With(_source, _target), (_fours, 1, 1), Lanes)));
        return 2.0 * _source.Bytes * Copies / seconds;
    }

    /// <summary>F32 operations per second in fused multiply-adds, each counted as two.</summary>
    public double FmaPeak()
    {
        while (true)
        {
            var seconds = Seconds(() => _runtime.Launch(_multiplyAdd.With(_results, _steps), (Groups * Lanes, 1, 1), Lanes));
            // Far longer than a launch takes: the first calls find out how many steps that is on this device.
            if (seconds >= LeastTime.TotalSeconds || _steps >= 1 << 20) return OperationsPerStep * _steps * Groups * Lanes / seconds;
            _steps *= 2;
        }
    }

    /// <summary>Seconds that an empty kernel takes of many launched one after the other: what a launch costs where the queue is never empty.</summary>
    public double QueuedLaunch() => Seconds(() => Repeat(Launches, LaunchNothing)) / Launches;

    /// <summary>Seconds that an empty kernel takes which is waited for: what it costs to hear of the device at all.</summary>
    public double WaitedLaunch() => Seconds(() => Repeat(Waits, () =>
    {
        LaunchNothing();
        _runtime.Wait();
    })) / Waits;

    public void Dispose() => _runtime.Dispose();

    private void LaunchNothing() => _runtime.Launch(_nothing.With(_results), (1, 1, 1), 1);

    private double Seconds(Action work)
    {
        _runtime.Wait();
        var began = Stopwatch.GetTimestamp();
        work();
        _runtime.Wait();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Repeat(int times, Action work)
    {
        for (var i = 0; i < times; i++) work();
    }
}
