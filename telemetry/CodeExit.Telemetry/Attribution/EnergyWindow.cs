namespace CodeExit.Telemetry.Attribution;

/// <summary>One request's stretch of time. Disposing closes it.</summary>
public sealed class EnergyWindow : IDisposable
{
    private readonly TaskCompletionSource<IReadOnlyList<EnergyMeasurement>> _measured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EnergyMeter _meter;

    internal EnergyWindow(EnergyMeter meter, TimeSpan start, TimeSpan?[] othersBefore) => (_meter, Start, OthersBefore) = (meter, start, othersBefore);

    /// <summary>
    /// What the request took of each source, in the meter's order. Comes a little after the window is closed: a counter has to move once
    /// more, and the device to calm down.
    /// </summary>
    public Task<IReadOnlyList<EnergyMeasurement>> Measured => _measured.Task;

    internal TimeSpan Start { get; }

    internal TimeSpan? End { get; private set; }

    /// <summary>Of each source: what others had done on it when the window was opened.</summary>
    internal TimeSpan?[] OthersBefore { get; }

    /// <summary>Of each source: what others have done on it while the window was open.</summary>
    internal TimeSpan?[] Others { get; private set; } = [];

    internal ActiveSpan Span => new(Start, End ?? TimeSpan.MaxValue);

    /// <summary>The request has ended. Further calls do nothing.</summary>
    public void Close() => _meter.Close(this);

    public void Dispose() => Close();

    internal void EndAt(TimeSpan at, TimeSpan?[] others) => (End, Others) = (at, others);

    internal void Settle(IReadOnlyList<EnergyMeasurement> measurements) => _measured.TrySetResult(measurements);
}
