namespace NetWebSockets.Sockets;

/// <summary>
/// A binary message as a stream: readable before the message has ended, straight out of the receive buffer. The pump waits until each piece has
/// been read, so that the peer feels a slow reader. Disposing it discards the rest of the message.
/// </summary>
internal sealed class IncomingStream : Stream
{
    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte> _piece;
    private bool _ended;
    private bool _discarded;
    private Exception? _failure;
    private TaskCompletionSource? _pieceTaken;
    private TaskCompletionSource? _pieceThere;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of a message is not known before it has ended.");

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("A message cannot be read twice; copy it to a MemoryStream.");
    }

    /// <summary>The pump brings a piece.</summary>
    /// <returns>Done when it has been read or discarded.</returns>
    public ValueTask PushAsync(ReadOnlyMemory<byte> piece, bool isLast)
    {
        TaskCompletionSource? there;
        Task? taken = null;
        lock (_lock)
        {
            // After a cut the pump may still bring the rest: that would be an end to a reader who misses what lies between.
            if (_failure is not null)
                return default;
            _ended = isLast;
            if (_discarded)
                return default;
            if (!piece.IsEmpty)
            {
                _piece = piece;
                _pieceTaken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                taken = _pieceTaken.Task;
            }

            there = _pieceThere;
            _pieceThere = null;
        }

        there?.SetResult();
        return taken is null ? default : new ValueTask(taken);
    }

    /// <summary>The connection failed inside the message.</summary>
    public void Fail(Exception failure)
    {
        TaskCompletionSource? there;
        lock (_lock)
        {
            if (_ended)
                return;
            _failure = failure;
            there = _pieceThere;
            _pieceThere = null;
        }

        there?.SetResult();
    }

    /// <summary>The connection is given up: nothing waits for the reader any more, who gets the failure in place of what is left.</summary>
    public void Cut(Exception failure)
    {
        TaskCompletionSource? taken;
        TaskCompletionSource? there;
        lock (_lock)
        {
            if (_discarded || (_ended && _piece.IsEmpty))
                return;
            _failure ??= failure;
            _ended = false;
            _piece = default;
            taken = _pieceTaken;
            there = _pieceThere;
            _pieceTaken = _pieceThere = null;
        }

        taken?.SetResult();
        there?.SetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task there;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_discarded, this);
                if (!_piece.IsEmpty)
                    return Take(buffer.Span);
                if (_ended)
                    return 0;
                if (_failure is { } failure)
                    throw new IOException("The connection failed before the message had ended.", failure);
                _pieceThere ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                there = _pieceThere.Task;
            }

            await there.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A message can only be read forward.");

    public override void SetLength(long value) => throw new NotSupportedException("A received message cannot be changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A received message cannot be written.");

    protected override void Dispose(bool disposing)
    {
        TaskCompletionSource? taken;
        TaskCompletionSource? there;
        lock (_lock)
        {
            _discarded = true;
            _piece = default;
            taken = _pieceTaken;
            there = _pieceThere;
            _pieceTaken = _pieceThere = null;
        }

        taken?.SetResult();
        there?.SetResult();
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        _position += count;
        if (_piece.IsEmpty)
        {
            TaskCompletionSource? taken = _pieceTaken;
            _pieceTaken = null;
            taken?.SetResult();
        }

        return count;
    }
}
