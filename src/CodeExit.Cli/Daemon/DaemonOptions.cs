namespace CodeExit.Cli.Daemon;

/// <summary>What a daemon is started with.</summary>
/// <param name="UnloadAfter">Time without a request until the weights are given back; infinite keeps them.</param>
/// <param name="ExitAfter">Time without a connection until the process ends; infinite keeps it.</param>
internal sealed record DaemonOptions(ServedModel Served, TimeSpan UnloadAfter, TimeSpan ExitAfter)
{
    public static readonly TimeSpan DefaultUnloadAfter = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan DefaultExitAfter = TimeSpan.FromMinutes(60);

    /// <summary>How long requests in flight may take to be answered when the daemon is to end.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    /// <summary>How long its whole end may take: requests in flight, then what was cut off, then the model.</summary>
    public static readonly TimeSpan LongestEnd = 3 * DrainTime;
}
