namespace CodeExit.Tests;

/// <summary>For what another process or thread does, and nothing tells of.</summary>
internal static class Eventually
{
    /// <summary>Looks again and again.</summary>
    /// <exception cref="OperationCanceledException">It was never so. The time is only to end a test that would hang.</exception>
    public static async Task IsAsync(Func<Task<bool>> isSo, TimeSpan patience)
    {
        using var giveUp = new CancellationTokenSource(patience);
        while (!await isSo()) await Task.Delay(10, giveUp.Token);
    }

    public static Task IsAsync(Func<bool> isSo, TimeSpan patience) => IsAsync(() => Task.FromResult(isSo()), patience);
}
