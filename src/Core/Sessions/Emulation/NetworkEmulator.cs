namespace NetWebSockets.Sessions;

/// <summary>The emulated network of a session, shared by all its sockets.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class NetworkEmulator(TimeProvider timeProvider)
{
    private volatile NetworkConditions? _current;

    /// <summary>The conditions in force; null when nothing is emulated.</summary>
    public NetworkConditions? Current => _current;

    /// <summary>Now, in the clock's own unit.</summary>
    public long Now => timeProvider.GetTimestamp();

    /// <summary>Puts other conditions into force.</summary>
    /// <param name="emulation">What is asked for; null for none.</param>
    public void Set(NetworkEmulation? emulation)
    {
        NetworkConditions? conditions = emulation is null ? null : new NetworkConditions(emulation, timeProvider);
        Interlocked.Exchange(ref _current, conditions)?.End();
    }

    /// <summary>Whether the session is offline.</summary>
    public bool IsOffline => _current is { IsOffline: true };

    /// <summary>Waits until a time has come or the conditions have changed; the caller looks again at both.</summary>
    /// <param name="due">The time.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask WaitAsync(long due, NetworkConditions conditions, CancellationToken cancellationToken)
    {
        TimeSpan delay = timeProvider.GetElapsedTime(Now, due);
        if (delay <= TimeSpan.Zero)
            delay = TimeSpan.FromTicks(1);      // the clock may be finer than a time span
        // The system's timers count whole milliseconds, and fire at once for less than one.
        if (timeProvider == TimeProvider.System)
            delay = TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        // Not Task.Delay, which drops what is less than a millisecond, whatever the clock. What waits goes on where the timer fires.
        var over = new TaskCompletionSource();
        using CancellationTokenRegistration changed = conditions.Ended.UnsafeRegister(static over => ((TaskCompletionSource)over!).TrySetResult(), over);
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(static over => ((TaskCompletionSource)over!).TrySetResult(), over);
        using ITimer timer = timeProvider.CreateTimer(static over => ((TaskCompletionSource)over!).TrySetResult(), over, delay, Timeout.InfiniteTimeSpan);
        await over.Task.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Lets what has come pass through the emulated network.</summary>
    /// <param name="count">How many bytes it is.</param>
    /// <param name="from">When they were there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the last of them had passed; latency is not in it.</returns>
    public async ValueTask<long> DownloadAsync(int count, long from, CancellationToken cancellationToken)
    {
        while (_current is { Download: { } line } conditions)
        {
            long passed = line.Take(count, from);
            while (Now < passed && _current == conditions)
                await WaitAsync(passed, conditions, cancellationToken).ConfigureAwait(false);
            if (Now >= passed)
                return passed;
            from = Now;     // on the line that replaced this one
        }

        return from;
    }

    /// <summary>Waits until something that has arrived may be handed out.</summary>
    /// <param name="arrived">When it arrived.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask DelayAsync(long arrived, CancellationToken cancellationToken)
    {
        while (_current is { Latency: > 0 } conditions && Now < arrived + conditions.Latency)
            await WaitAsync(arrived + conditions.Latency, conditions, cancellationToken).ConfigureAwait(false);
    }
}
