using System.Threading.Tasks.Sources;

namespace NetWebSockets.Messaging;

/// <summary>
/// What holds the pump of one client and what lets it go: it waits at a full stream unless a call is pending or the client is ending.
/// There is one pump, so there is at most one wait.
/// </summary>
internal sealed class PumpGate : IValueTaskSource, IDisposable
{
    /// <summary>How long a stream may hold the pump before a warning is logged: nobody may be reading it at all.</summary>
    public static readonly TimeSpan StallWarning = TimeSpan.FromSeconds(10);

    // Not held while a continuation runs. Without it, a wait that begins at one stream could reset the source while another stream is
    // still completing the last one.
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private IPumpHolder? _holder;
    private int _pendingCalls;
    private volatile bool _ending;
    private readonly TimeProvider _time;
    private readonly Action<string>? _stalled;
    private ITimer? _stallTimer;
    private bool _disposed;

    /// <summary>Creates the gate.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="stalled">Called with what is held at when the pump has been held for <see cref="StallWarning"/>.</param>
    public PumpGate(TimeProvider time, Action<string>? stalled = null)
    {
        _time = time;
        _stalled = stalled;
    }

    /// <summary>Called whenever a reader begins to wait: a client that has not been started connects at its first use.</summary>
    public Action? ReaderWaits { get; set; }

    /// <summary>Whether a call waits for its reply.</summary>
    public bool CallsPending => Volatile.Read(ref _pendingCalls) > 0;

    /// <summary>Whether the client is ending, so that nothing may hold the pump.</summary>
    public bool Ending => _ending;

    /// <summary>A call begins: its reply may stand behind the items of a full stream, so the pump goes on.</summary>
    public void CallStarted()
    {
        // The full fence pairs with the one in Hold: either the pump sees the call, or the call sees the pump waiting.
        Interlocked.Increment(ref _pendingCalls);
        Volatile.Read(ref _holder)?.Recheck();
    }

    /// <summary>A call has ended.</summary>
    public void CallEnded() => Interlocked.Decrement(ref _pendingCalls);

    /// <summary>The client is ending: nothing holds the pump from here on.</summary>
    public void End()
    {
        _ending = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _holder)?.Recheck();
    }

    /// <summary>Makes the pump's wait. The holder must then check once more that it still has to hold.</summary>
    /// <param name="holder">Who holds the pump; calls <see cref="Release"/> exactly once.</param>
    /// <returns>What the pump waits for.</returns>
    public ValueTask Hold(IPumpHolder holder)
    {
        lock (_lock)
        {
            _source.Reset();
            Interlocked.Exchange(ref _holder, holder);
            SetStallTimer(StallWarning);
            return new ValueTask(this, _source.Version);
        }
    }

    /// <summary>Lets the pump go on, on another thread.</summary>
    public void Release()
    {
        lock (_lock)
        {
            Volatile.Write(ref _holder, null);
            SetStallTimer(Timeout.InfiniteTimeSpan);
            _source.SetResult(true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _stallTimer?.Dispose();
        }
    }

    // Under the lock. The timer is made when the pump is held for the first time: most clients never need it.
    private void SetStallTimer(TimeSpan wait)
    {
        if (_stalled is null || _disposed)
            return;
        if (_stallTimer is not null)
            _stallTimer.Change(wait, Timeout.InfiniteTimeSpan);
        else if (wait != Timeout.InfiniteTimeSpan)
            _stallTimer = QuietTimer.Create(_time, static state => ((PumpGate)state!).OnStalled(), this, wait);
    }

    private void OnStalled()
    {
        if (Volatile.Read(ref _holder) is { } holder)
            _stalled!(holder.Name);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}

/// <summary>Something that can hold the pump.</summary>
internal interface IPumpHolder
{
    /// <summary>What it is, for logs.</summary>
    string Name { get; }

    /// <summary>Looks again whether the pump must be held, and releases it when not.</summary>
    void Recheck();
}
