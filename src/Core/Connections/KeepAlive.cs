using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>
/// Pings a peer that has been silent, and drops one from which nothing comes after that. One timer for each socket; a busy peer costs it
/// one look at the clock for each interval.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly ConnectionSettings _settings;
    private readonly LiveSocket _live;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _pinged;
    private long _deliveriesThen;
    private bool _waiting;
    private bool _disposed;

    private KeepAlive(ConnectionSettings settings, LiveSocket live)
    {
        _settings = settings;
        _live = live;
        _timer = settings.TimeProvider.CreateTimer(
            static state => ((KeepAlive)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(settings.KeepAliveInterval, Timeout.InfiniteTimeSpan);
    }

    public static KeepAlive? Start(ConnectionSettings settings, LiveSocket live) =>
        settings.KeepAliveInterval == Timeout.InfiniteTimeSpan ? null : new KeepAlive(settings, live);

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            TimeProvider time = _settings.TimeProvider;
            long now = time.GetTimestamp();
            long alive = _live.LastSignOfLife;

            // In this order: a delivery that ends in between is seen as one that has ended since the ping.
            bool isHeldUp = _live.IsHeldUp;
            long deliveries = _live.Deliveries;
            if (_waiting && alive < _pinged && isHeldUp)
            {
                // Nothing is read because this side's own reader is slow: the peer's pong may lie in the pipe.
                _timer.Change(_settings.KeepAliveTimeout, Timeout.InfiniteTimeSpan);
                return;
            }

            if (_waiting && alive < _pinged && deliveries == _deliveriesThen)
            {
                _disposed = true;
            }
            else
            {
                // When nothing came but this side's reader was busy meanwhile, perhaps until a moment ago, the peer is asked once more.
                TimeSpan left = _settings.KeepAliveInterval - time.GetElapsedTime(alive, now);
                _waiting = left <= TimeSpan.Zero;
                if (_waiting)
                    (_pinged, _deliveriesThen) = (now, deliveries);
                _timer.Change(_waiting ? _settings.KeepAliveTimeout : left, Timeout.InfiniteTimeSpan);
            }
        }

        if (_disposed)
            DropDeadPeer();
        else if (_waiting)
            _ = PingAsync();
    }

    private void DropDeadPeer()
    {
        double seconds = (_settings.KeepAliveInterval + _settings.KeepAliveTimeout).TotalSeconds;
        Log.PeerDead(_settings.Logger, seconds);
        _live.Socket.Abort(new ConnectionException(
            $"The peer is dead: nothing came from it for {seconds:0.###} s, although it was pinged.", error: NetError.PingTimedOut));
    }

    private async Task PingAsync()
    {
        try
        {
            await _live.Socket.PingAsync(default).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The socket closes with its own cause; this only tells that the ping was what met it.
            Log.PingFailed(_settings.Logger, e);
        }
    }
}
