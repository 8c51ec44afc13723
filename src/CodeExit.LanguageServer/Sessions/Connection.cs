using CodeExit.Completion;
using CodeExit.LanguageServer.Framing;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>
/// The reading loop of one connection. Messages are taken strictly in order on this one loop: what changes documents or settings is done
/// before the next message is read, what answers takes its snapshot there and goes on elsewhere. So no queue and no lock is needed.
/// </summary>
internal sealed class Connection : IDisposable
{
    /// <summary>How long the last answers may take to be read by a client that has said exit or closed its end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly Session _session;
    private readonly CancellationTokenSource _closed;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _noMore;

    /// <param name="cancellationToken">Closes the connection from this side.</param>
    public Connection(Stream input, Stream output, ICompletionService service, LanguageServerOptions options, CancellationToken cancellationToken)
    {
        _closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stop = _closed.Token;
        _noMore = CancellationTokenSource.CreateLinkedTokenSource(_stop, options.Drain);
        _reader = new FrameReader(input);
        _writer = new FrameWriter(output);
        _session = new Session(service, options, new Client(_writer, options.Log), _stop);
    }

    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var abandon = new CancellationTokenSource();
        Task writing = WriteAsync(abandon.Token);
        await ReadAsync().ConfigureAwait(false);
        if (_session.Options.Drain.IsCancellationRequested) await _session.InFlight.WhenNoneAsync(_stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Whoever asked is gone: free the worker before anything else, and do not answer what that cancels.
        _writer.Complete();
        await CloseAsync().ConfigureAwait(false);
        try
        {
            await writing.WaitAsync(Farewell, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            _session.Options.Log("the client did not read its last answers");
        }
        return _session.ExitCode ?? 1;
    }

    public void Dispose()
    {
        _noMore.Dispose();
        _closed.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (_session.ExitCode is null)
            {
                // WaitAsync: a read of standard input does not heed its token.
                Frame frame = await _reader.ReadAsync(_stop).AsTask().WaitAsync(_noMore.Token).ConfigureAwait(false);
                if (_noMore.IsCancellationRequested) return; // what was there to be read ends the wait whatever its token says
                if (frame.Problem is not "") _session.Options.Log(frame.Problem);
                if (frame.Kind == FrameKind.End) return;
                if (frame.Kind == FrameKind.Message) Dispatcher.Dispatch(_session, frame.Body);
                else _session.Client.RespondError(null, ErrorCode.ParseError, frame.Problem);
            }
        }
        catch (OperationCanceledException)
        {
            // closed from this side, or the client no longer reads
        }
        catch (Exception exception)
        {
            _session.Options.Log($"the client's stream broke: {exception.Message}");
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _writer.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // abandoned
        }
        catch (Exception exception)
        {
            _session.Options.Log($"the client's stream cannot be written to: {exception.Message}");
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            _session.Options.Log($"cancelling failed: {exception.Message}");
        }
    }
}
