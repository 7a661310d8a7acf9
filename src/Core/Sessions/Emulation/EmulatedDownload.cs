using System.Buffers;

namespace NetWebSockets.Sessions;

/// <summary>
/// What one socket receives through an emulated network. It reads ahead, as far as <see cref="NetworkConditions.ReadAhead"/>, so that latency is counted
/// from when something came and not from when it was asked for. While nothing comes it holds no buffer.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and a wait may be about to take its token.")]
internal sealed class EmulatedDownload
{
    private const int PieceLength = 64 * 1024;

    private readonly Stream _inner;
    private readonly NetworkEmulator _emulator;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly Queue<Piece> _pieces = new();
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private int _offset;                // into the first piece
    private long _length;               // of all pieces, as they came
    private long _passed;               // when the last piece had
    private bool _isReading;
    private bool _isEnded;

    /// <summary>Creates it, and begins to read.</summary>
    /// <param name="inner">The transport.</param>
    /// <param name="emulator">The emulated network.</param>
    /// <param name="received">What came before all that is read.</param>
    public EmulatedDownload(Stream inner, NetworkEmulator emulator, ReadOnlyMemory<byte> received)
    {
        _inner = inner;
        _emulator = emulator;
        _passed = emulator.Now;
        _isReading = true;
        _ = RunAsync(received);
    }

    /// <summary>The stream is disposed: reads fail, and the memory is given back.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            while (_pieces.TryDequeue(out Piece piece))
                piece.Release();
        }

        _ = _ending.CancelAsync();
    }

    /// <summary>Reads.</summary>
    /// <param name="buffer">Where to; an empty one waits until there is something to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many bytes; null when nothing is emulated any more and the caller is to read from the transport.</returns>
    public async ValueTask<int?> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            NetworkConditions? conditions = _emulator.Current;
            long due = 0;
            Task? arrival = null;
            bool start = false;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isEnded, typeof(EmulatedStream));
                if (_pieces.TryPeek(out Piece piece))
                {
                    due = piece.Passed + (conditions?.Latency ?? 0);
                    if (conditions is null || due <= _emulator.Now)
                        return Take(piece, buffer);
                }
                else if (!_isReading && conditions is null)
                {
                    return null;
                }
                else
                {
                    // When emulation ended the reading did, too; now it has begun again.
                    start = !_isReading;
                    _isReading = true;
                    arrival = _arrival.Task;
                }
            }

            if (start)
                _ = RunAsync(received: default);
            if (arrival is null)
                await WaitAsync(due, conditions!, cancellationToken).ConfigureAwait(false);
            else
                await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitAsync(long due, NetworkConditions conditions, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, cancellationToken);
        try
        {
            await _emulator.WaitAsync(due, conditions, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The stream is disposed, which the caller finds out.
        }
    }

    // Under the lock.
    private int Take(Piece piece, Memory<byte> buffer)
    {
        if (piece.Failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        // The end stays, for whoever reads again.
        int count = Math.Min(buffer.Length, piece.Length - _offset);
        if (count == 0)
            return 0;
        piece.Bytes.AsSpan(_offset, count).CopyTo(buffer.Span);
        _offset += count;
        if (_offset == piece.Length)
        {
            _offset = 0;
            _length -= piece.Length;
            _pieces.Dequeue();
            piece.Release();
            _room?.TrySetResult();
        }

        return count;
    }

    private async Task RunAsync(ReadOnlyMemory<byte> received)
    {
        byte[] bytes = [];
        bool follows = false;
        try
        {
            if (!received.IsEmpty)
            {
                bytes = ArrayPool<byte>.Shared.Rent(received.Length);
                received.CopyTo(bytes);
                await PassAsync(bytes, received.Length, _emulator.Now).ConfigureAwait(false);
                bytes = [];
            }

            while (true)
            {
                ValueTask<int> wait = _inner.ReadAsync(Memory<byte>.Empty, _ending.Token);
                bool wasThere = wait.IsCompleted;
                await wait.ConfigureAwait(false);
                NetworkConditions? conditions = _emulator.Current;
                if (conditions is null && TryStop())
                    return;
                bytes = ArrayPool<byte>.Shared.Rent(conditions?.Download?.PieceLength ?? PieceLength);
                ValueTask<int> read = _inner.ReadAsync(bytes.AsMemory(0, conditions?.Download?.PieceLength ?? PieceLength), _ending.Token);
                wasThere &= read.IsCompleted;
                int count = await read.ConfigureAwait(false);
                if (count == 0)
                {
                    Add(new Piece { Passed = Math.Max(_passed, _emulator.Now) });
                    return;
                }

                // What was there already when the former had passed follows it at once: timers that fire late cost no throughput.
                await PassAsync(bytes, count, follows && wasThere && conditions?.Download is not null ? _passed : _emulator.Now).ConfigureAwait(false);
                bytes = [];
                follows = !await WaitForRoomAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            // To whoever reads, behind what came before it. When the stream is disposed, nobody does.
            Add(new Piece { Failure = failure, Passed = Math.Max(_passed, _emulator.Now) });
        }
        finally
        {
            if (bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async ValueTask PassAsync(byte[] bytes, int count, long from)
    {
        _passed = await _emulator.DownloadAsync(count, from, _ending.Token).ConfigureAwait(false);
        Add(new Piece { Bytes = bytes, Length = count, Passed = _passed });
    }

    private void Add(Piece piece)
    {
        TaskCompletionSource arrival;
        lock (_lock)
        {
            if (_isEnded)
            {
                piece.Release();
            }
            else
            {
                _pieces.Enqueue(piece);
                _length += piece.Length;
            }

            arrival = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        arrival.TrySetResult();
    }

    // Nothing is emulated any more, and nothing is held back: the reader goes on by itself.
    private bool TryStop()
    {
        TaskCompletionSource arrival;
        lock (_lock)
        {
            if (_pieces.Count > 0)
                return false;
            _isReading = false;
            arrival = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        arrival.TrySetResult();
        return true;
    }

    // Whether it had to wait.
    private async ValueTask<bool> WaitForRoomAsync()
    {
        for (bool waited = false; ; waited = true)
        {
            Task room;
            lock (_lock)
            {
                if (_length < (_emulator.Current?.ReadAhead ?? PieceLength))
                    return waited;
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(_ending.Token).ConfigureAwait(false);
        }
    }

    private struct Piece
    {
        public byte[]? Bytes;
        public int Length;
        public long Passed;
        public Exception? Failure;

        public readonly void Release()
        {
            if (Bytes is not null)
                ArrayPool<byte>.Shared.Return(Bytes);
        }
    }
}
