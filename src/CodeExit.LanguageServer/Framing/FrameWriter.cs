using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace CodeExit.LanguageServer.Framing;

/// <summary>
/// Sends messages whole and in the order they were posted, from any thread. Posting never waits, so that a client which is slow to read
/// cannot keep the server from reading; what may pile up is bounded by what that client asked for.
/// </summary>
internal sealed class FrameWriter(Stream output)
{
    private readonly Channel<byte[]> _queue = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Ignored after <see cref="Complete"/>: nobody is left to read it.</summary>
    public void Post(ReadOnlySpan<byte> body)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        byte[] frame = new byte[header.Length + body.Length];
        Encoding.ASCII.GetBytes(header, frame);
        body.CopyTo(frame.AsSpan(header.Length));
        _queue.Writer.TryWrite(frame);
    }

    /// <summary>No more posts; <see cref="RunAsync"/> ends once all is written.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <exception cref="IOException">The peer no longer reads.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out byte[]? frame)) await output.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
