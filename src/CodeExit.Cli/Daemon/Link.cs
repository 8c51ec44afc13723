using System.Buffers.Binary;

namespace CodeExit.Cli.Daemon;

internal enum FrameKind : byte
{
    /// <summary>Client to daemon, first: <see cref="Daemon.Hello"/>.</summary>
    Hello = 1,

    /// <summary>Daemon to client, its answer: <see cref="Daemon.Welcome"/>, or <see cref="DaemonStatus"/>.</summary>
    Welcome,

    /// <summary>Bytes of the editor's protocol, cut anywhere.</summary>
    Data,

    /// <summary>A line of log, UTF-8.</summary>
    Log,

    /// <summary>No more data from this side.</summary>
    Close,

    /// <summary>Daemon to client, last: the exit code in one byte, then why in UTF-8, if there is something to say. Without it, the daemon died.</summary>
    Exit,
}

/// <summary>
/// What forwarder and daemon say to each other: frames of a kind (1 byte), a length (4 bytes, little endian) and so many bytes. Frames are
/// there because a stream's end does not say whether a session ended or the daemon died, nor with what code. Writing is safe for many threads.
/// </summary>
internal sealed class Link(Stream stream) : IAsyncDisposable
{
    private const int HeaderLength = 5;
    private const int MaxPayload = 64 << 10;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private byte[] _received = new byte[HeaderLength];

    /// <exception cref="IOException">The peer is gone.</exception>
    public async Task WriteAsync(FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var frame = new byte[HeaderLength + payload.Length];
        payload.CopyTo(frame.AsMemory(HeaderLength));
        await WriteFrameAsync(kind, frame, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The payload is good until the next read. Null at the end of the stream, a broken one too.</returns>
    /// <exception cref="InvalidDataException">The peer speaks something else.</exception>
    public async ValueTask<(FrameKind Kind, ReadOnlyMemory<byte> Payload)?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.ReadExactlyAsync(_received.AsMemory(0, HeaderLength), cancellationToken).ConfigureAwait(false);
            var kind = (FrameKind)_received[0];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(_received.AsSpan(1));
            if (!Enum.IsDefined(kind) || length > MaxPayload) throw new InvalidDataException($"a frame of kind {(byte)kind} and {length} bytes");
            if (length > _received.Length) _received = new byte[MaxPayload];
            var payload = _received.AsMemory(0, (int)length);
            await stream.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
            return (kind, payload);
        }
        catch (IOException) // EndOfStreamException is one
        {
            return null;
        }
    }

    /// <summary>Sends what a stream holds until it ends, and then says so.</summary>
    /// <exception cref="IOException">The stream broke, or the peer is gone.</exception>
    public async Task SendAsync(Stream source, CancellationToken cancellationToken)
    {
        var frame = new byte[HeaderLength + MaxPayload];
        int read;
        while ((read = await source.ReadAsync(frame.AsMemory(HeaderLength), cancellationToken).ConfigureAwait(false)) > 0)
        {
            await WriteFrameAsync(FrameKind.Data, frame.AsMemory(0, HeaderLength + read), cancellationToken).ConfigureAwait(false);
        }
        await WriteAsync(FrameKind.Close, default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes data and lines of log until the peer says something else, and gives that; null where it is gone.</summary>
    /// <exception cref="IOException"><paramref name="data"/> cannot be written to.</exception>
    public async Task<(FrameKind Kind, ReadOnlyMemory<byte> Payload)?> ReceiveAsync(
        Stream data, Action<ReadOnlyMemory<byte>> log, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await ReadAsync(cancellationToken).ConfigureAwait(false);
            switch (frame?.Kind)
            {
                case FrameKind.Data:
                    await data.WriteAsync(frame.Value.Payload, cancellationToken).ConfigureAwait(false);
                    await data.FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case FrameKind.Log:
                    log(frame.Value.Payload);
                    break;
                default:
                    return frame;
            }
        }
    }

    public async ValueTask DisposeAsync() => await stream.DisposeAsync().ConfigureAwait(false);

    private async Task WriteFrameAsync(FrameKind kind, Memory<byte> frame, CancellationToken cancellationToken)
    {
        frame.Span[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.Span[1..], frame.Length - HeaderLength);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}
