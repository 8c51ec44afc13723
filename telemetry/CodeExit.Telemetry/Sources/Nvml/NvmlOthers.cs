namespace CodeExit.Telemetry.Sources.Nvml;

/// <summary>What other processes do with a card, from the driver's samples of who ran kernels.</summary>
/// <param name="ownProcessId">As the driver counts processes; null where that is not known, as in a container: then nothing is.</param>
internal sealed class NvmlOthers(NvmlDevice device, uint? ownProcessId) : IOtherWork
{
    private const int MostSamples = 256;

    /// <summary>The driver samples between six times and once a second; a first sample stands for the shorter.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromSeconds(1.0 / 6);

    private readonly NvmlProcessSample[] _samples = new NvmlProcessSample[MostSamples];
    private ulong _after;
    private TimeSpan _total;

    public TimeSpan? Total()
    {
        if (ownProcessId is null) return null;
        var status = device.Read<int>(Samples, out var count);
        if (status == NvmlStatus.NotFound) return _total; // no new sample
        if (status != NvmlStatus.Success) return null;
        foreach (var sample in _samples.AsSpan(0, count))
        {
            // The driver's clock marks samples as seen; no time is measured with it.
            _after = Math.Max(_after, sample.Timestamp);
            if (sample.ProcessId != ownProcessId) _total += SamplePeriod * (Math.Min(sample.SmUtilization, 100u) / 100.0);
        }
        return _total;
    }

    private NvmlStatus Samples(NvmlLibrary library, nint card, out int count) => library.Processes(card, _samples, _after, out count);
}
