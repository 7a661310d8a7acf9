namespace NetWebSockets.Sessions;

/// <summary>One look-up that several callers wait for. A caller that is cancelled leaves; when all have left, the look-up ends.</summary>
#pragma warning disable CA1001 // Its source has neither timer nor links, so that there is nothing to dispose of.
internal sealed class SharedLookup
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private Task<HostAnswer>? _task;
    private int _waiting;

    /// <summary>Starts it, with one caller waiting. The caller must then wait.</summary>
    /// <param name="lookUp">The look-up.</param>
    public void Start(Func<CancellationToken, Task<HostAnswer>> lookUp)
    {
        _waiting = 1;
        // It outlives the caller that happened to be first, and must not keep what flows with it.
        using AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _task = Task.Run(() => lookUp(_ending.Token), CancellationToken.None);
    }

    /// <summary>Joins it. The caller must then wait, unless it could not.</summary>
    /// <returns>Whether it could; not when everybody has left.</returns>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_waiting == 0)
                return false;
            _waiting++;
            return true;
        }
    }

    /// <summary>Waits.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer.</returns>
    public async Task<HostAnswer> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _task!.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bool isLast;
            lock (_lock)
                isLast = --_waiting == 0;
            if (isLast)
            {
                await _ending.CancelAsync().ConfigureAwait(false);
                // Nobody is left to be told how it ended.
                _ = _task!.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }
}
