using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace NetWebSockets.Messaging;

/// <summary>
/// One reader's view of one kind of message: a bounded ring between the pump, which writes, and the reader. Waiting allocates nothing
/// on either side, and neither side's continuation ever runs on the other's thread.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class BufferedMessageStream<T> : MessageStream<T>, IValueTaskSource<bool>, IPumpHolder
{
    private const int SmallestRing = 16;

    private readonly Lock _lock = new();
    private readonly PumpGate _gate;
    private readonly StreamSet<T> _set;
    private readonly int _capacity;
    private readonly int _overflow;
    private readonly MessageStreamFullMode _fullMode;
    private readonly LatestIndex<T>? _latest;

    private T[] _ring = [];
    private int _head;
    private int _count;
    private long _taken;                // how many have left the ring: the place of the one at its head
    private long _dropped;
    private bool _completed;
    private Exception? _cause;
    private bool _pumpHeld;
    private int _enumerating;

    private ManualResetValueTaskSourceCore<bool> _read = new() { RunContinuationsAsynchronously = true };
    private bool _reading;
    private CancellationToken _readToken;
    private CancellationTokenRegistration _readRegistration;

    public BufferedMessageStream(StreamSet<T> set, PumpGate gate, MessageStreamOptions options)
    {
        _set = set;
        _gate = gate;
        _capacity = options.Capacity;
        _overflow = options.Overflow;
        _fullMode = options.FullMode;
        _latest = _fullMode == MessageStreamFullMode.Latest ? set.Key!.CreateIndex() : null;
    }

    /// <inheritdoc/>
    public override long Dropped => Volatile.Read(ref _dropped);

    /// <inheritdoc/>
    public string Name => _set.Name;

    // Where the pump must wait. While a call is pending the buffer may go on by the overflow; so it may while the client is ending,
    // when nobody may hold the pump at all.
    private int Limit => _gate.CallsPending || _gate.Ending ? _capacity + _overflow : _capacity;

    /// <summary>Buffers an item. Called by the pump only.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether the pump must wait at this stream (<see cref="WaitForRoom"/>) before it goes on.</returns>
    public bool Write(T item)
    {
        bool dropped = false;
        bool wait = false;
        lock (_lock)
        {
            if (_completed)
            {
                _set.Release?.Invoke(item);
                return false;
            }

            if (_latest is not null && _latest.TryGet(item, out long place))
            {
                _ring[(_head + (int)(place - _taken)) & (_ring.Length - 1)] = item;
                dropped = true;
            }
            else if (_fullMode is MessageStreamFullMode.DropOldest or MessageStreamFullMode.Latest)
            {
                if (_count == _capacity)
                {
                    T oldest = Take();
                    _set.Release?.Invoke(oldest);
                    dropped = true;
                }

                _latest?.Set(item, _taken + _count);
                Add(item);
            }
            else if (_gate.Ending && _count >= Limit)
            {
                // Nothing may hold the pump any more, and memory stays bounded.
                dropped = true;
                _set.Release?.Invoke(item);
            }
            else
            {
                // The message at which the pump waits stands in the buffer already, so that nothing is lost when the wait ends otherwise.
                Add(item);
                wait = _count > Limit;
            }

            if (dropped)
                _dropped++;
            if (_reading)
                EndRead(true);
        }

        if (dropped)
            _set.CountDropped();
        return wait;
    }

    /// <summary>Holds the pump until there is room. Called by the pump only, one stream at a time.</summary>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask WaitForRoom()
    {
        lock (_lock)
        {
            if (!MustHold())
                return default;
            _pumpHeld = true;
            ValueTask wait = _gate.Hold(this);
            if (!MustHold())
                ReleasePump();
            return wait;
        }
    }

    /// <inheritdoc/>
    public void Recheck()
    {
        lock (_lock)
        {
            if (_pumpHeld && !MustHold())
                ReleasePump();
        }
    }

    /// <summary>Nothing more will come; what is buffered can still be read.</summary>
    /// <param name="cause">The fatal failure, or null when the client was closed.</param>
    public void Complete(Exception? cause)
    {
        lock (_lock)
        {
            if (_completed)
                return;
            _completed = true;
            _cause = cause;
            if (_reading && cause is not null)
                EndRead(cause);
            else if (_reading)
                EndRead(false);
            if (_pumpHeld)
                ReleasePump();
        }
    }

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        lock (_lock)
        {
            ThrowIfReading();
            if (_count == 0)
            {
                item = default;
                return false;
            }

            item = Take();
            if (_pumpHeld && !MustHold())
                ReleasePump();
            return true;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        short version;
        lock (_lock)
        {
            ThrowIfReading();
            if (_count > 0)
                return new ValueTask<bool>(true);
            if (_completed)
                return _cause is null ? new ValueTask<bool>(false) : ValueTask.FromException<bool>(_cause);
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<bool>(cancellationToken);
            _read.Reset();
            _reading = true;
            _readToken = cancellationToken;
            version = _read.Version;
        }

        _gate.ReaderWaits?.Invoke();
        if (_set.ReaderCalls)
            _gate.CallStarted();

        // Nobody gets the result before this method has returned, so the registration is in place when it is undone.
        if (cancellationToken.CanBeCanceled)
        {
            _readRegistration = cancellationToken.UnsafeRegister(
                static (state, token) => Unsafe.As<BufferedMessageStream<T>>(state!).CancelRead(token), this);
        }

        return new ValueTask<bool>(this, version);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _enumerating, 1) != 0)
            throw SecondReader();
        try
        {
            do
            {
                while (TryRead(out T? item))
                    yield return item;
            }
            while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Volatile.Write(ref _enumerating, 0);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _set.Remove(this);
        lock (_lock)
        {
            _completed = true;
            _cause = null;
            for (int i = 0; i < _count && _set.Release is not null; i++)
                _set.Release(_ring[(_head + i) & (_ring.Length - 1)]);
            _ring = [];
            _head = _count = 0;
            _latest?.Clear();
            if (_reading)
                EndRead(false);
            if (_pumpHeld)
                ReleasePump();
        }

        return default;
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // Not Dispose: it would wait for a callback that waits for our lock.
        _readRegistration.Unregister();
        _readRegistration = default;
        return _read.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private static InvalidOperationException SecondReader() =>
        new("This message stream is being read already. A stream has one reader at a time: open a stream for each reader, every one sees every message.");

    private bool MustHold() => !_completed && !_gate.Ending && _count > Limit;

    private void ReleasePump()
    {
        _pumpHeld = false;
        _gate.Release();
    }

    private void ThrowIfReading()
    {
        if (_reading)
            throw SecondReader();
    }

    private void CancelRead(CancellationToken token)
    {
        lock (_lock)
        {
            // A callback that comes late finds the reader gone, or waiting under another token.
            if (_reading && _readToken == token)
                EndRead(new OperationCanceledException(token));
        }
    }

    // Under the lock, so that a reader cannot begin its next wait while this one is still being completed.
    private void EndRead(bool result)
    {
        LeaveRead();
        _read.SetResult(result);
    }

    private void EndRead(Exception error)
    {
        LeaveRead();
        _read.SetException(error);
    }

    // The wait may end before it has been counted: the sum is right in either order.
    private void LeaveRead()
    {
        _reading = false;
        if (_set.ReaderCalls)
            _gate.CallEnded();
    }

    private void Add(T item)
    {
        if (_count == _ring.Length)
            Grow();
        _ring[(_head + _count) & (_ring.Length - 1)] = item;
        _count++;
    }

    private T Take()
    {
        T item = _ring[_head];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _ring[_head] = default!;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        _taken++;
        _latest?.Remove(item);

        // What a burst needed is given back once it has been read.
        if (_count == 0 && _ring.Length > 4 * SmallestRing && _ring.Length > 2 * _capacity)
        {
            _ring = [];
            _head = 0;
        }

        return item;
    }

    private void Grow()
    {
        int wanted = Math.Max(Math.Min(SmallestRing, (int)BitOperations.RoundUpToPowerOf2((uint)_capacity)), _ring.Length * 2);
        var ring = new T[wanted];
        int first = Math.Min(_count, _ring.Length - _head);
        Array.Copy(_ring, _head, ring, 0, first);
        Array.Copy(_ring, 0, ring, first, _count - first);
        _ring = ring;
        _head = 0;
    }
}
