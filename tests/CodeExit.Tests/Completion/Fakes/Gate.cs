namespace CodeExit.Tests.Completion.Fakes;

/// <summary>Holds the worker at a place until it is let pass, and says when it has come there.</summary>
internal sealed class Gate : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _pass = new(0);

    /// <summary>How often the wait at the gate was cancelled.</summary>
    public int Cancelled { get; private set; }

    public void Open(int times = 1) => _pass.Release(times);

    public async Task Arrived() => Assert.True(await _arrived.WaitAsync(Deadline), "the worker did not come");

    public void Wait(CancellationToken cancellationToken)
    {
        _arrived.Release();
        try
        {
            Assert.True(_pass.Wait(Deadline, cancellationToken), "the gate was not opened");
        }
        catch (OperationCanceledException)
        {
            Cancelled++;
            throw;
        }
    }

    /// <summary>A script that waits at the gate and then says <paramref name="text"/>.</summary>
    public IEnumerable<int> Script(string text, CancellationToken cancellationToken)
    {
        Wait(cancellationToken);
        return ByteTokenizer.Tokens(text);
    }

    public ScriptedGenerator Generator(string text) => new() { Script = (_, stop) => Script(text, stop) };

    public void Dispose()
    {
        _arrived.Dispose();
        _pass.Dispose();
    }
}
