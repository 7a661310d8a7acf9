namespace NetWebSockets.InteropTests.Endurance;

/// <summary>The real clock, which counts the timers that were made and not disposed.</summary>
internal sealed class CountingTime : TimeProvider
{
    private int _live;
    private int _total;

    /// <summary>Timers that were made and not disposed.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Timers that were made.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Waits until all are disposed: the last one may be so a moment after the close was told.</summary>
    /// <returns>Whether they were in time.</returns>
    public async Task<bool> AllDisposedAsync(TimeSpan limit)
    {
        long start = GetTimestamp();
        while (Live > 0)
        {
            if (GetElapsedTime(start) > limit)
                return false;
            await Task.Delay(5);
        }

        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _live);
        Interlocked.Increment(ref _total);
        return new Timer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class Timer(CountingTime time, ITimer inner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                Interlocked.Decrement(ref time._live);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
