using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// The heartbeat of one socket. With a fixed interval it begins when the connection is ready; with one that the peer tells, as soon as it has been told, for peers that want it before they
/// answer the connect script.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HeartbeatContract _contract;
    private readonly ClientSession _session;
    private readonly ScriptSender _sender;
    private readonly TimeProvider _time;
    private readonly ITimer _beat;
    private readonly ITimer? _silence;
    private readonly bool _expectsReply;
    private TimeSpan? _interval;
    private bool _started;
    private bool _disposed;
    private bool _waiting;
    private long _sentAt;
    private long _nextAt;

    /// <summary>Creates it; nothing is sent yet.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="session">Makes the message.</param>
    /// <param name="sender">The socket.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(HeartbeatContract contract, ClientSession session, ScriptSender sender, TimeProvider time)
    {
        _contract = contract;
        _session = session;
        _sender = sender;
        _time = time;
        _interval = contract.Interval;
        _expectsReply = contract.Reply is not null || contract.ReplyText is not null;
        _beat = time.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (contract.Silence is not null)
            _silence = time.CreateTimer(static state => ((Heartbeat)state!).Listen(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The connection is ready.</summary>
    public void OnReady()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _silence?.Change(_contract.Silence!.Value, Timeout.InfiniteTimeSpan);
            if (!_started && _interval is not null)
                Start();
        }
    }

    /// <summary>The peer has told the interval.</summary>
    public void OnInterval(TimeSpan interval)
    {
        lock (_lock)
        {
            bool changed = _interval != interval;
            _interval = interval;
            if (_disposed || (_started && !changed))
                return;
            Start();
        }
    }

    /// <summary>The peer has answered.</summary>
    public void OnReply()
    {
        lock (_lock)
            _waiting = false;
    }

    /// <summary>The peer asks for one at once. It is no beat of the row: its answer is not waited for.</summary>
    public void OnRequest() => _ = SendAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _beat.Dispose();
        _silence?.Dispose();
    }

    // Under the lock.
    private void Start()
    {
        bool first = !_started;
        _started = true;
        SetNext(_time.GetTimestamp(), first && _contract.Jitter ? _interval!.Value * Random.Shared.NextDouble() : _interval!.Value);
    }

    // Under the lock.
    private void SetNext(long now, TimeSpan wait)
    {
        _nextAt = now + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        Arm(now);
    }

    // Under the lock: for the next beat, or for the end of the wait for an answer. Rounded up to the timer's unit: one too early would find nothing to do.
    private void Arm(long now)
    {
        TimeSpan wait = _time.GetElapsedTime(now, _nextAt);
        if (_waiting && _contract.ReplyTimeout - _time.GetElapsedTime(_sentAt, now) is { } reply && reply > TimeSpan.Zero && reply < wait)
            wait = reply;
        _beat.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private void Beat()
    {
        TimeSpan waited = default;
        lock (_lock)
        {
            if (_disposed || _interval is not { } interval)
                return;
            long now = _time.GetTimestamp();
            TimeSpan left = _time.GetElapsedTime(now, _nextAt);
            bool late = _waiting && (_contract.ReplyTimeout is { } limit ? _time.GetElapsedTime(_sentAt, now) >= limit : left <= TimeSpan.Zero);
            if (late && !_sender.IsHeldUp)
            {
                // What the peer sent may only be missing because this side does not read: then it is asked again with the next beat.
                _disposed = true;
                waited = _time.GetElapsedTime(_sentAt, now);
            }
            else if (left > TimeSpan.Zero)
            {
                Arm(now);
                return;
            }
            else if (_contract.OnlyWhenIdle && _sender.LastSent > 0 && interval - _time.GetElapsedTime(_sender.LastSent, now) is { } idle && idle > TimeSpan.Zero)
            {
                SetNext(now, idle);
                return;
            }
            else
            {
                // Of several without an answer the first is the one that is late.
                if (!_waiting || _sender.IsHeldUp)
                    _sentAt = now;
                _waiting = _expectsReply;
                SetNext(now, interval);
            }
        }

        if (waited > TimeSpan.Zero)
            Drop($"The peer did not answer the heartbeat within {waited.TotalSeconds:0.###} s.");
        else
            _ = SendAsync();
    }

    private void Listen()
    {
        TimeSpan silence = _contract.Silence!.Value;
        lock (_lock)
        {
            if (_disposed)
                return;
            TimeSpan left = silence - _time.GetElapsedTime(_sender.LastSignOfLife);
            if (left > TimeSpan.Zero || _sender.IsHeldUp)
            {
                _silence!.Change(left > TimeSpan.Zero ? left : silence, Timeout.InfiniteTimeSpan);
                return;
            }

            _disposed = true;
        }

        Drop($"Nothing came from the peer for {silence.TotalSeconds:0.###} s (SilenceSeconds of [Heartbeat]).");
    }

    private void Drop(string sentence)
    {
        Log.HeartbeatFailed(_session.Logger, _session.Name, sentence);
        NetWebSocketMetrics.HeartbeatFailed(_session.Name);
        _sender.Drop(new ConnectionException(sentence, innerException: new TimeoutException(sentence), error: NetError.PingTimedOut));
    }

    private async Task SendAsync()
    {
        try
        {
            if (_contract.Text is null && _contract.Send is null)
                await _sender.PingAsync().ConfigureAwait(false);
            else
                await _session.SendHeartbeatAsync(_sender).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A socket that is gone tells so by itself. A record that cannot be written is the user's to mend, and the peer will notice.
            Log.HeartbeatNotSent(_session.Logger, _session.Name, e);
        }
    }
}
