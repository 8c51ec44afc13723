namespace CodeExit.Cli.Hub;

/// <summary>What may be over in a moment: a dropped connection, a stall, a busy host. The message is one line.</summary>
/// <param name="RetryAfter">How long the host asks to be left alone; null where it does not say.</param>
internal sealed class HubTransientException(string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public TimeSpan? RetryAfter => retryAfter;
}
