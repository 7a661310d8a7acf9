using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace NetWebSockets.Tests.Connections;

/// <summary>A clock that stands still until the test moves it, and tells of every wait that begins: a test moves it only when the wait is there.</summary>
internal sealed class ObservedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private int _live;

    /// <summary>Timers that were made and not yet disposed.</summary>
    public int LiveTimers => Volatile.Read(ref _live);

    /// <summary>Waits until a timer of this length is started, passing over others.</summary>
    public Task WaitBegunAsync(TimeSpan length) => WaitBegunAsync(wait => wait == length, $"{length}");

    /// <summary>Waits until a timer of some length is started, passing over others.</summary>
    public async Task<TimeSpan> WaitBegunAsync(Predicate<TimeSpan> isIt, string what)
    {
        List<TimeSpan> others = [];
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        try
        {
            while (true)
            {
                TimeSpan wait = await _waits.Reader.ReadAsync(limit.Token);
                if (isIt(wait))
                    return wait;
                others.Add(wait);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No timer of {what} was started; there were {string.Join(", ", others)}.");
        }
    }

    /// <summary>Waits until a timer of this length is started, and moves the clock to its end.</summary>
    public async Task PassAsync(TimeSpan length)
    {
        await WaitBegunAsync(length);
        Advance(length);
    }

    /// <summary>The lengths of all timers started since they were last asked for.</summary>
    public List<TimeSpan> TakeWaits()
    {
        List<TimeSpan> waits = [];
        while (_waits.Reader.TryRead(out TimeSpan wait))
            waits.Add(wait);
        return waits;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _live);
        Timer timer = new(this, base.CreateTimer(callback, state, dueTime, period));
        Tell(dueTime);
        return timer;
    }

    private void Tell(TimeSpan dueTime)
    {
        if (dueTime >= TimeSpan.Zero)
            _waits.Writer.TryWrite(dueTime);
    }

    private sealed class Timer(ObservedTime time, ITimer inner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = inner.Change(dueTime, period);
            time.Tell(dueTime);
            return changed;
        }

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
