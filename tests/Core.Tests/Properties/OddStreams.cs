namespace NetWebSockets.Tests.Properties;

/// <summary>A stream to send that brings its bytes in reads of any size, at once or later, and cannot seek.</summary>
internal sealed class TricklingStream(byte[] content, int seed) : Stream
{
    private readonly Random _random = new(seed);
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_random.Next(3) == 0)
            await Task.Yield();
        int count = Math.Min(Math.Min(buffer.Length, content.Length - _position), 1 + _random.Next(_random.Next(2) == 0 ? 100_000 : 20_000));
        content.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A stream to write to that takes some writes at once and others later, and finds out when two run at the same time.</summary>
internal sealed class HesitantStream(int seed) : Stream
{
    private readonly Random _random = new(seed);
    private readonly MemoryStream _written = new();
    private int _writes;

    public byte[] Written => _written.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _writes) != 1)
            throw new InvalidOperationException("Two writes run at the same time.");
        if (_random.Next(2) == 0)
            await Task.Yield();
        _written.Write(buffer.Span);
        Interlocked.Decrement(ref _writes);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
