using System.Collections.Concurrent;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>The requests of one connection that are not answered yet, each with its way to be cancelled.</summary>
internal sealed class RequestsInFlight(CancellationToken connectionClosed)
{
    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> _requests = new();
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _noMore;

    /// <exception cref="RpcException">The id is in use.</exception>
    public CancellationToken Begin(RequestId id)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(connectionClosed);
        if (_requests.TryAdd(id, source)) return source.Token;
        source.Dispose();
        throw new RpcException(ErrorCode.InvalidRequest, $"request {id} is still being answered; every request needs an id of its own");
    }

    public void End(RequestId id)
    {
        if (_requests.TryRemove(id, out CancellationTokenSource? source)) source.Dispose();
        Interlocked.MemoryBarrier(); // one of the two sees what the other did
        if (_noMore && _requests.IsEmpty) _none.TrySetResult();
    }

    /// <summary>Completes once all requests are answered. To be called when no more can begin.</summary>
    public Task WhenNoneAsync(CancellationToken cancellationToken)
    {
        _noMore = true;
        Interlocked.MemoryBarrier();
        return _requests.IsEmpty ? Task.CompletedTask : _none.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Does nothing for a request that is answered already: the client could not know.</summary>
    public void Cancel(RequestId id)
    {
        if (_requests.TryGetValue(id, out CancellationTokenSource? source)) Cancel(source);
    }

    public void CancelAll()
    {
        foreach (CancellationTokenSource source in _requests.Values) Cancel(source);
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            _ = source.CancelAsync(); // what is registered with it runs elsewhere, not on the reading loop
        }
        catch (ObjectDisposedException)
        {
            // answered just now
        }
    }
}
