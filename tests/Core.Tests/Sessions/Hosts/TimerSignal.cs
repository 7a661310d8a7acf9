using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>A clock of the test's that tells of every timer that is made.</summary>
internal sealed class TimerSignal : FakeTimeProvider
{
    private readonly SemaphoreSlim _made = new(0);

    public ConcurrentQueue<TimeSpan> Timers { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        Timers.Enqueue(dueTime);
        _made.Release();
        return timer;
    }

    public Task WaitForTimerAsync(TimeSpan guard, CancellationToken token) => _made.WaitAsync(token).WaitAsync(guard, token);
}
