namespace NetWebSockets.Tests.Sessions;

/// <summary>A transport in memory. What waits for a read goes on within <see cref="Feed"/>, so that after it all that can happen has happened.</summary>
internal sealed class PipedTransport : Stream
{
    private readonly Queue<byte> _incoming = new();
    private readonly List<byte> _written = [];
    private TaskCompletionSource _arrival = new();
    private bool _ended;
    private Exception? _failure;

    /// <summary>When set, writes wait for it.</summary>
    public Task WriteGate { get; set; } = Task.CompletedTask;

    /// <summary>How many bytes have been fed and not been read.</summary>
    public int Unread => _incoming.Count;

    /// <summary>What has been written.</summary>
    public byte[] Written
    {
        get
        {
            lock (_written)
                return [.. _written];
        }
    }

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Feed(params byte[] bytes)
    {
        foreach (byte value in bytes)
            _incoming.Enqueue(value);
        Arrive();
    }

    public void End(Exception? failure = null)
    {
        _ended = true;
        _failure = failure;
        Arrive();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_incoming.Count == 0 && !_ended)
            await _arrival.Task.WaitAsync(cancellationToken);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_incoming.Count == 0 && _failure is not null)
            throw _failure;
        int count = Math.Min(buffer.Length, _incoming.Count);
        for (int i = 0; i < count; i++)
            buffer.Span[i] = _incoming.Dequeue();
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await WriteGate.WaitAsync(cancellationToken);
        lock (_written)
            _written.AddRange(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        End();
        base.Dispose(disposing);
    }

    private void Arrive()
    {
        TaskCompletionSource arrival = _arrival;
        _arrival = new TaskCompletionSource();
        arrival.TrySetResult();
    }
}
