namespace NetWebSockets.Connections;

/// <summary>Messages that are sent as they are read from a stream.</summary>
internal sealed partial class ConnectionRunner
{
    /// <summary>
    /// Sends a stream as one binary message, when the connection is ready. It does not wait in the queue, for it cannot be held in memory: it goes out between the messages that are sent
    /// while it is waited for. Once a byte of it was read it cannot be sent again.
    /// </summary>
    /// <exception cref="SendException">What became of it.</exception>
    /// <exception cref="SendCanceledException">The token was cancelled. A message that has begun goes on.</exception>
    public async ValueTask SendStreamAsync(Stream source, ReadOnlyMemory<byte> prefix, CancellationToken token)
    {
        if (_pacer is not null && source.CanSeek && _pacer.Refusal((int)Math.Min(prefix.Length + source.Length - source.Position, int.MaxValue)) is { } refusal)
            throw refusal;
        OutgoingStream outgoing = new(source, prefix);
        while (true)
        {
            LiveSocket live = await ReadySocketAsync(token).ConfigureAwait(false);
            Task sending;
            try
            {
                if (_pacer is { Paces: true })
                    await _pacer.TakeAsync(token).ConfigureAwait(false);
                sending = SendInTurnAsync(live, outgoing);
                await sending.WaitAsync(token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                throw new SendCanceledException(outgoing.WasRead ? SendOutcome.Unknown : SendOutcome.NotSent, token);
            }
            catch (SendException e) when (outgoing.WasRead)
            {
                throw e.Outcome == SendOutcome.Unknown
                    ? e
                    : new SendException(SendOutcome.Unknown, $"The connection dropped while a stream was being sent; the peer may have seen a part of it. {e.Message}", e);
            }
            catch (SendException)
            {
                // Nothing of it was read: it is for the next socket.
            }
        }
    }

    // The turn that was taken for it ends with it, whoever waits for it.
    private async Task SendInTurnAsync(LiveSocket live, OutgoingStream outgoing)
    {
        bool left = true;
        try
        {
            live.NoteSend();
            await live.Socket.SendAsync(outgoing).ConfigureAwait(false);
            live.NoteSend();
        }
        catch (SendException) when (!outgoing.WasRead)
        {
            left = false;
            throw;
        }
        finally
        {
            if (_pacer is { Paces: true })
                _pacer.Written(left);
        }
    }

    private async ValueTask<LiveSocket> ReadySocketAsync(CancellationToken token)
    {
        while (true)
        {
            try
            {
                await ConnectAsync(token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                throw new SendCanceledException(SendOutcome.NotSent, token);
            }
            catch (NetWebSocketException e)
            {
                throw new SendException(SendOutcome.NotSent, $"Nothing of the stream was sent: {e.Message}", e);
            }

            Task changed;
            lock (_lock)
            {
                if (_ready && _live is { } live && live.Socket.ReadyState == ReadyState.Open)
                    return live;
                changed = !_replacement.IsCompleted ? _replacement : _ready && _live is not null ? _live.Socket.Closed : Task.CompletedTask;
            }

            // The socket has just closed, and the loop is about to notice.
            await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    // A stream behind what the contract puts before it, that knows whether it has been begun.
    private sealed class OutgoingStream(Stream source, ReadOnlyMemory<byte> prefix) : Stream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;
        private volatile bool _wasRead;

        public bool WasRead => _wasRead;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _wasRead = true;
            if (_prefix.IsEmpty)
                return source.ReadAsync(buffer, cancellationToken);
            int count = Math.Min(buffer.Length, _prefix.Length);
            _prefix[..count].CopyTo(buffer);
            _prefix = _prefix[count..];
            return new ValueTask<int>(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
