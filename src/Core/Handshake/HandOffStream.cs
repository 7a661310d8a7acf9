using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets.Handshake;

/// <summary>
/// Stands between an HTTP/1.x connection and its transport, so that the transport can be taken away after the handshake with nothing
/// lost: a read never returns bytes past the blank line that ends a header block, so the handler never holds the first frames.
/// </summary>
internal sealed class HandOffStream : Stream
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    // Which byte of "HTTP/1.1 200" says what class of status it is.
    private const int StatusClassOffset = 9;

    // How a stream is found through the handler's own: see Find.
    [ThreadStatic]
    private static bool _probing;

    [ThreadStatic]
    private static HandOffStream? _found;

    private TunnelRequest? _tunnel;
    private Stream? _inner;
    private ReadOnlyMemory<byte> _kept;
    private LinePosition _position;
    private int _blockOffset;
    private byte _statusClass;
    private bool _hasReceived;
    private bool _isTransparent;

    /// <summary>Wraps a transport.</summary>
    /// <param name="inner">The transport; disposed with this, unless detached.</param>
    /// <param name="received">What has been read from it already.</param>
    /// <param name="tunnel">The CONNECT request that is made on it: after a 2xx, all that follows is the tunnel's. Null for none.</param>
    public HandOffStream(Stream inner, ReadOnlyMemory<byte> received, TunnelRequest? tunnel)
    {
        _inner = inner;
        _kept = received;
        _tunnel = tunnel;
    }

    private enum LinePosition
    {
        Within,
        AfterLineFeed,
        AfterLineFeedAndReturn,
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => _inner?.CanTimeout ?? false;

    /// <inheritdoc/>
    public override int ReadTimeout { get => Inner.ReadTimeout; set => Inner.ReadTimeout = value; }

    /// <inheritdoc/>
    public override int WriteTimeout { get => Inner.WriteTimeout; set => Inner.WriteTimeout = value; }

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private Stream Inner => _inner ?? throw new ObjectDisposedException(nameof(HandOffStream));

    /// <summary>
    /// Finds the hand-off stream below a stream of the HTTP handler, by writing a byte that it swallows. What the request knows would
    /// be wrong: the pool gives a connection that was made for one request to another. Never call it on a stream that has no hand-off
    /// stream below it: there the byte goes out.
    /// </summary>
    /// <param name="stream">The stream of a 101 response, or of a proxy's tunnel.</param>
    /// <param name="found">The hand-off stream.</param>
    /// <returns>Whether there was one.</returns>
    public static bool TryFind(Stream stream, [NotNullWhen(true)] out HandOffStream? found)
    {
        _probing = true;
        try
        {
            stream.Write([0]);
            found = _found;
        }
        finally
        {
            _probing = false;
            _found = null;
        }

        return found is not null;
    }

    /// <summary>Takes the transport away; from here on disposing this does nothing.</summary>
    /// <returns>The transport, and what was read from it past the header block.</returns>
    public (Stream Transport, ReadOnlyMemory<byte> Received) Detach()
    {
        Stream transport = Inner;
        ReadOnlyMemory<byte> received = _kept;
        _inner = null;
        _kept = default;
        return (transport, received);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (!_kept.IsEmpty)
            return ReadKept(buffer);
        int count = Inner.Read(buffer);
        return Admit(buffer, count);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_kept.IsEmpty)
            return ReadKept(buffer.Span);
        int count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Admit(buffer.Span, count);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_probing)
        {
            _found = this;
            return;
        }

        Inner.Write(_tunnel is null ? buffer : _tunnel.Complete(buffer.ToArray()).Span);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(_tunnel is null ? buffer : _tunnel.Complete(buffer), cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
        if (!_probing)
            Inner.Flush();
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _inner, null) is { } inner)
            await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Interlocked.Exchange(ref _inner, null)?.Dispose();
        base.Dispose(disposing);
    }

    private int ReadKept(Span<byte> buffer)
    {
        ReadOnlySpan<byte> kept = _kept.Span[..Math.Min(_kept.Length, buffer.Length)];
        int count = LengthToBlankLine(kept);
        kept[..count].CopyTo(buffer);
        _kept = _kept[count..];
        return count;
    }

    private int Admit(Span<byte> buffer, int count)
    {
        if (count == 0)
        {
            // The handler takes an end before the first byte for an idle connection that the server closed, and silently connects
            // again. On a connection that has never been used that is the server's answer, so it is reported at once.
            if (!buffer.IsEmpty && !_hasReceived)
                throw new EmptyResponseException();
            return 0;
        }

        int admitted = LengthToBlankLine(buffer[..count]);
        if (admitted < count)
            _kept = buffer[admitted..count].ToArray();
        return admitted;
    }

    private int LengthToBlankLine(ReadOnlySpan<byte> bytes)
    {
        _hasReceived |= !bytes.IsEmpty;
        if (_isTransparent)
            return bytes.Length;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte value = bytes[i];
            if (_blockOffset++ == StatusClassOffset)
                _statusClass = value;
            if (value == LineFeed)
            {
                // The handler accepts a bare LF, so it ends a line here too.
                if (_position != LinePosition.Within)
                {
                    _tunnel?.Record(bytes[..(i + 1)]);
                    EndBlock();
                    return i + 1;
                }

                _position = LinePosition.AfterLineFeed;
            }
            else
            {
                _position = value == CarriageReturn && _position == LinePosition.AfterLineFeed
                    ? LinePosition.AfterLineFeedAndReturn
                    : LinePosition.Within;
            }
        }

        _tunnel?.Record(bytes);
        return bytes.Length;
    }

    // The bytes that follow may be the next header block (after a 103) or a body; looking for blank lines in a body only makes reads shorter.
    private void EndBlock()
    {
        if (_tunnel is not null && _tunnel.EndBlock(_statusClass))
        {
            _isTransparent = true;
            _tunnel = null;
        }

        _position = LinePosition.Within;
        _blockOffset = 0;
        _statusClass = 0;
    }
}
