namespace NetWebSockets.Handshake;

/// <summary>
/// How long making a connection may take, when there is another way to try after it. It counts from when a connection is begun until that is ready
/// for the handshake; what the server takes to answer is not in it.
/// </summary>
internal sealed class ConnectLimit : IDisposable
{
    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    /// <summary>Creates the limit; it does not run yet.</summary>
    /// <param name="time">How long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public ConnectLimit(TimeSpan time, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _time = time;
        _timer = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    /// <summary>Cancelled by the caller, and when the time is up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is up.</summary>
    public bool IsOver => _timer.IsCancellationRequested;

    /// <summary>A connection is begun.</summary>
    public void Start() => CancelAfter(_time);

    /// <summary>The connection is ready.</summary>
    public void Stop() => CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }

    private void CancelAfter(TimeSpan time)
    {
        try
        {
            _timer.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // The request has ended, and the connection that was begun for it goes to the pool: no time runs.
        }
    }
}
