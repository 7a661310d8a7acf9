using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>A clock that only moves when told, and tells when somebody has begun to wait on it: a test moves it on then, and not before.</summary>
public sealed class SignallingTimeProvider : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<TimeSpan> _started = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Done)> _waiting = [];

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_gate)
        {
            _started.Add(dueTime);
            foreach ((TimeSpan due, TaskCompletionSource done) in _waiting)
            {
                if (due == dueTime)
                    done.TrySetResult();
            }
        }

        return timer;
    }

    /// <summary>Waits until a wait of this length has begun.</summary>
    /// <param name="due">The length.</param>
    /// <returns>A task that is done then.</returns>
    public Task WaitForTimerAsync(TimeSpan due)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_started.Contains(due))
                return Task.CompletedTask;
            _waiting.Add((due, done));
        }

        return done.Task.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);
    }
}
