namespace CodeExit.Telemetry.Sources;

/// <summary>
/// Where nothing can be read: this process's processor time times the watts that a busy thread is taken for. CodeCarbon's model draws a
/// tenth of full power at rest and 4 W a thread at full load where the processor is unknown; between them it bends with load³, which
/// cannot be shared out to processes, so here it is a straight line.
/// </summary>
internal sealed class EstimateSource : IEnergySource
{
    public const double WattsPerThread = 4;

    private const double IdleShare = 0.1;

    private readonly TimeProvider _time;
    private readonly Func<TimeSpan> _processorTime;
    private readonly long _origin;
    private readonly double _wattsOfAThread;

    /// <param name="fullWatts">Watts of the processor with all threads busy, as the user gives them; null for <see cref="WattsPerThread"/>.</param>
    /// <param name="processorTime">Processor time of this process, all threads together.</param>
    public EstimateSource(double? fullWatts, int threads, TimeProvider time, Func<TimeSpan> processorTime)
    {
        var watts = fullWatts ?? WattsPerThread * threads;
        (_time, _processorTime, _origin) = (time, processorTime, time.GetTimestamp());
        _wattsOfAThread = (1 - IdleShare) * watts / threads;
        var basis = fullWatts is null
            ? FormattableString.Invariant($"{threads} threads of {WattsPerThread} W")
            : FormattableString.Invariant($"{watts} W at full load, as given");
        // Processor time moves with the scheduler's tick: 4 ms or finer.
        var period = TimeSpan.FromMilliseconds(4);
        Info = new EnergySourceInfo("estimate:cpu-time", $"processor time, {basis}", "process", EnergyLabel.EstimatedModel, period)
        {
            IdleWatts = IdleShare * watts,
            LimitWatts = watts,
        };
    }

    public EnergySourceInfo Info { get; }

    public SourceReading Read() => new(
        _wattsOfAThread * _processorTime().TotalSeconds + Info.IdleWatts!.Value * _time.GetElapsedTime(_origin).TotalSeconds, null, 0);

    public void Dispose() { }
}
