namespace CodeExit.Telemetry.Sources;

/// <summary>What processes other than this one do with the processor: their energy must not be billed to a request.</summary>
internal interface IOtherWork
{
    /// <inheritdoc cref="IEnergySource.OtherWork"/>
    TimeSpan? Total();
}
