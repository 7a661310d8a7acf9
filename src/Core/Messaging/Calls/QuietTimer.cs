namespace NetWebSockets.Messaging;

/// <summary>Timers that belong to a client and not to whoever happened to be the first to need them.</summary>
internal static class QuietTimer
{
    /// <summary>Makes a one-shot timer that does not carry its maker's async locals for as long as it lives.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="callback">What to run.</param>
    /// <param name="state">What it gets.</param>
    /// <param name="due">When.</param>
    /// <returns>The timer.</returns>
    public static ITimer Create(TimeProvider time, TimerCallback callback, object state, TimeSpan due)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return time.CreateTimer(callback, state, due, Timeout.InfiniteTimeSpan);
        using (ExecutionContext.SuppressFlow())
            return time.CreateTimer(callback, state, due, Timeout.InfiniteTimeSpan);
    }
}
