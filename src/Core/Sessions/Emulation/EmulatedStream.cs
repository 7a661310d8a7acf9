namespace NetWebSockets.Sessions;

/// <summary>
/// Stands between a socket and its transport, so that network emulation can begin while the socket is open. While nothing is emulated, reads
/// and writes are the transport's own: nothing is allocated for them and no state machine runs.
/// </summary>
/// <param name="inner">The transport; disposed with this.</param>
/// <param name="emulator">The emulated network.</param>
internal sealed class EmulatedStream(Stream inner, NetworkEmulator emulator) : Stream
{
    // Made when emulation is first met, on whichever thread reads or writes; there is one of each.
    private EmulatedDownload? _download;
    private EmulatedUpload? _upload;
    private HeldRead? _heldRead;
    private volatile bool _isDisposed;

    /// <summary>The transport.</summary>
    public Stream Transport => inner;

    /// <inheritdoc/>
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Puts bytes in front of all that is read, as if they arrived now. Before the first read.</summary>
    /// <param name="received">The bytes.</param>
    public void Receive(ReadOnlyMemory<byte> received) => _download = new EmulatedDownload(inner, emulator, received);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_download is not null || emulator.Current is not null)
            return ReadEmulatedAsync(buffer, cancellationToken);
        return ReadDirectly(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        emulator.Current is { Upload: not null } ? WriteEmulated(buffer, cancellationToken) : inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        End();
        // Its own way to end: TLS says goodbye in it.
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        _isDisposed = true;
        Volatile.Read(ref _download)?.End();
        Volatile.Read(ref _upload)?.End();
        Volatile.Read(ref _heldRead)?.End();
    }

    private ValueTask<int> ReadDirectly(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> read = inner.ReadAsync(buffer, cancellationToken);
        // A read without a buffer brings nothing that emulation, when it begins in the meantime, would have to hold back.
        if (read.IsCompleted || buffer.IsEmpty)
            return read;
        if (_heldRead is null)
            Volatile.Write(ref _heldRead, new HeldRead(emulator));
        return _heldRead.Await(read, cancellationToken);
    }

    private async ValueTask<int> ReadEmulatedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        EmulatedDownload? download = _download;
        if (download is null)
        {
            download = new EmulatedDownload(inner, emulator, received: default);
            Volatile.Write(ref _download, download);
            if (_isDisposed)
                download.End();
        }

        if (await download.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is { } count)
            return count;
        // Nothing is emulated any more, and all that was held back is out.
        Volatile.Write(ref _download, null);
        return await ReadDirectly(buffer, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask WriteEmulated(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        EmulatedUpload? upload = _upload;
        if (upload is null)
        {
            upload = new EmulatedUpload(inner, emulator);
            Volatile.Write(ref _upload, upload);
            if (_isDisposed)
                upload.End();
        }

        return upload.WriteAsync(buffer, cancellationToken);
    }
}
