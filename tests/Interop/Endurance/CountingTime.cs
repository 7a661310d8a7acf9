namespace NetWebSockets.InteropTests.Endurance;

/// <summary>The real clock, which counts the timers that were made and not disposed.</summary>
internal sealed class CountingTime : TimeProvider
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _live;
    private int _total;

    /// <summary>Timers that were made and not disposed.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Timers that were made.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Waits until there is none.</summary>
    public Task WhenNoneAsync()
    {
        lock (_lock)
        {
            if (_live == 0)
                return Task.CompletedTask;
            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _live++;
            _total++;
        }

        return new Timer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private void OnDisposed()
    {
        lock (_lock)
        {
            if (--_live == 0)
            {
                _none?.SetResult();
                _none = null;
            }
        }
    }

    private sealed class Timer(CountingTime time, ITimer inner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                time.OnDisposed();
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
