using System.Text;

namespace CodeExit.LanguageServer.Framing;

internal enum FrameKind
{
    Message,

    /// <summary>Bytes that are no message; the reader has lost its place and looks for the next header.</summary>
    Malformed,

    /// <summary>The peer closed the stream.</summary>
    End,
}

/// <param name="Body">UTF-8 JSON; the reader's own memory, writable, valid until the next read.</param>
/// <param name="Problem">What was wrong, for <see cref="FrameKind.Malformed"/> and for an end in the middle of a message; otherwise empty.</param>
internal readonly record struct Frame(FrameKind Kind, Memory<byte> Body, string Problem);

/// <summary>
/// Cuts a byte stream into messages. A malformed header is reported once; then the reader looks for the next "Content-Length:". That finds
/// the next message for certain, since a JSON body cannot hold this name followed by a raw line end (a string must escape it).
/// Memory grows with the bytes that arrive, never with the length that a header claims.
/// </summary>
internal sealed class FrameReader(Stream input, int maxBody = FrameReader.DefaultMaxBody)
{
    /// <summary>256 MiB: a file of 50 MB whose every character a client writes as \uXXXX still fits.</summary>
    public const int DefaultMaxBody = 256 << 20;

    private const int MaxHeader = 8 << 10;
    private const int BufferSize = 64 << 10;
    private const int FirstBodySize = 1 << 20;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private bool _lost;

    private Span<byte> Window => _buffer.AsSpan(_start, _end - _start);

    /// <exception cref="IOException">The stream broke.</exception>
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_lost && !SkipToLengthField())
            {
                if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return End("");
                continue;
            }
            FrameHeader header = FrameHeader.Parse(Window[..Math.Min(Window.Length, MaxHeader)], maxBody);
            if (header.State == HeaderState.Complete)
            {
                _lost = false;
                _start += header.Length;
                return await ReadBodyAsync(header.ContentLength, cancellationToken).ConfigureAwait(false);
            }
            if (header.State == HeaderState.Incomplete && Window.Length < MaxHeader)
            {
                if (await FillAsync(cancellationToken).ConfigureAwait(false)) continue;
                return End(Window.IsEmpty ? "" : "the stream ended inside a header");
            }
            bool report = !_lost;
            _lost = true;
            _start++; // past the name that led here: what follows it may hold the next true header
            if (!report) continue;
            return new Frame(FrameKind.Malformed, default, header.Problem is "" ? $"no end of the header within {MaxHeader} bytes" : header.Problem);
        }
    }

    private async ValueTask<Frame> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        if (length <= _buffer.Length)
        {
            while (Window.Length < length)
            {
                if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return EndInBody(length, Window.Length);
            }
            var body = new Memory<byte>(_buffer, _start, length);
            _start += length;
            return new Frame(FrameKind.Message, body, "");
        }

        byte[] large = new byte[Math.Min(length, FirstBodySize)];
        int filled = Window.Length;
        Window.CopyTo(large);
        _start = _end = 0;
        while (filled < length)
        {
            if (filled == large.Length) Array.Resize(ref large, (int)Math.Min(length, 2L * large.Length));
            int read = await input.ReadAsync(large.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0) return EndInBody(length, filled);
            filled += read;
        }
        return new Frame(FrameKind.Message, large, "");
    }

    /// <returns>False at the end of the stream.</returns>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0 && _end == _buffer.Length)
        {
            Window.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        int read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    /// <summary>Drops bytes up to the next "Content-Length:", whatever its case.</summary>
    private bool SkipToLengthField()
    {
        int nameLength = FrameHeader.LengthField.Length;
        for (; _end - _start >= nameLength; _start++)
        {
            int at = Window.IndexOfAny((byte)'C', (byte)'c');
            if (at < 0 || _end - _start - at < nameLength)
            {
                _start = at < 0 ? _end : _start + at;
                return false;
            }
            _start += at;
            if (Ascii.EqualsIgnoreCase(Window[..nameLength], FrameHeader.LengthField)) return true;
        }
        return false;
    }

    private static Frame End(string problem) => new(FrameKind.End, default, problem);

    private static Frame EndInBody(int length, int arrived) => End($"the stream ended after {arrived} of a message's {length} bytes");
}
