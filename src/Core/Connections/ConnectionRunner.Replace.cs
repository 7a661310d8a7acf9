using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>
/// Goes from one socket to another without a gap: the new one is opened, scripted and restored while the old one still delivers; then sends go to the new one, and the old one is closed after its last
/// message. When the new one cannot be had, the old one stays for as long as it lasts.
/// </summary>
internal sealed partial class ConnectionRunner
{
    // How long the writes on the old socket may take to end, and how long its peer may take to close it.
    private static readonly TimeSpan RetirePatience = TimeSpan.FromSeconds(5);

    // Guarded by the lock.
    private Task _replacement = Task.CompletedTask;
    private Task _retirement = Task.CompletedTask;
    private LiveSocket? _retiring;

    /// <summary>Begins to replace the live socket. Does nothing while there is none, while one is being replaced, and once closing.</summary>
    /// <param name="address">The address of the new one; null for the usual one.</param>
    public void Replace(Uri? address)
    {
        lock (_lock)
        {
            if (_isClosing || _ended || !_ready || _live is not { } old || !_replacement.IsCompleted)
                return;
            CancellationToken token = _cycleToken;

            // Called by a socket's pump, which must go on; and what flows with it has no business here.
            using (ExecutionContext.SuppressFlow())
                _replacement = Task.Run(() => ReplaceAsync(old, address, token));
        }
    }

    private async Task ReplaceAsync(LiveSocket old, Uri? address, CancellationToken token)
    {
        await EndRetirementAsync().ConfigureAwait(false);
        LiveSocket? live = null;
        FailurePhase phase = FailurePhase.Endpoint;
        using CancellationTokenSource limit = new(_settings.ConnectTimeout, _settings.TimeProvider);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            WebSocketEndpoint endpoint = await EndpointAsync(stop.Token).ConfigureAwait(false);
            endpoint = address is null ? _hooks.Redirect(endpoint) : endpoint with { Uri = address };
            live = new LiveSocket(_settings, _hooks, endpoint, old.Lease.Number + 1, _pacer, _turn);

            phase = FailurePhase.Handshake;
            await live.Socket.Opened.WaitAsync(stop.Token).ConfigureAwait(false);

            phase = FailurePhase.Script;
            live.IsKnown = true;
            ValueTask script = _hooks.OnScriptingAsync(live.Sender, stop.Token);
            live.LetThrough();
            await RunScriptAsync(script, live, stop).ConfigureAwait(false);

            phase = FailurePhase.Restore;
            await RunAsync(_hooks.OnRestoringAsync(live.Sender, stop.Token), live, stop).ConfigureAwait(false);
            await SwitchAsync(old, live, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (!token.IsCancellationRequested)
                Log.ReplacementFailed(_settings.Logger, _settings.Name, phase.ToString(), e); // The old socket stays.
            if (live is not null)
                await AbandonAsync(live, e).ConfigureAwait(false);
        }
    }

    private async ValueTask SwitchAsync(LiveSocket old, LiveSocket live, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();

        // The new socket is fed only when every write on the old one is over, so that nothing overtakes what has to be sent again.
        Task written = Sends.Detach(old.Lease);
        try
        {
            await written.WaitAsync(RetirePatience, _settings.TimeProvider, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            old.Socket.Abort(new ConnectionException("The socket was replaced, and its peer took nothing more."));
            await written.ConfigureAwait(false);
        }

        bool switched;
        lock (_lock)
        {
            switched = !_isClosing && !_ended && !live.Gone.IsCompleted && !token.IsCancellationRequested;
            if (switched)
            {
                _live = live;
                _retiring = old;
                live.KeepAlive = KeepAlive.Start(_settings, live);
                _retirement = RetireAsync(old);
            }
        }

        if (!switched)
        {
            old.Lease = new SocketLease(old.Socket, old.Lease.Number);
            _ = Sends.Attach(old.Lease);
            throw live.GiveUpCause ?? new SendException(SendOutcome.NotSent, "The socket closed.");
        }

        Log.Replaced(_settings.Logger, _settings.Name, live.Lease.Number);

        // What must not go out on another socket than its own is taken back in here, before the queue has one again.
        Tell(hooks => hooks.OnReady(live.Sender));
        _ = Sends.Attach(live.Lease);
        old.ReplaceBy(live);
    }

    private async Task RetireAsync(LiveSocket old)
    {
        await Task.Yield();
        old.KeepAlive?.Dispose();
        var cause = new ConnectionException("The socket was replaced by another one.");
        if (old.Socket.ReadyState == ReadyState.Open)
            old.Socket.Close(_settings.Rules.AbortCode == 0 ? null : _settings.Rules.AbortCode);

        // What the peer has sent up to its own close frame is delivered.
        await ((Task)old.Socket.Closed).WaitAsync(RetirePatience, _settings.TimeProvider, _stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        old.EndWaits();
        old.Socket.Abort(cause);
        await ((Task)old.Socket.Closed).WaitAsync(_stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!old.Socket.Closed.IsCompleted)
            old.Mute();
        if (!old.TryMarkDropped())
            return;
        _drops++;
        Tell(hooks => hooks.OnReplaced(old.Sender, cause));
    }

    // Drops are counted in the order of the sockets: a replaced one is gone before its successor is.
    private async ValueTask EndRetirementAsync()
    {
        Task retirement;
        LiveSocket? retiring;
        lock (_lock)
            (retirement, retiring) = (_retirement, _retiring);
        if (!retirement.IsCompleted)
            retiring?.Socket.Abort(new ConnectionException("The socket was replaced by another one, which is gone too."));
        await retirement.ConfigureAwait(false);
    }

    private async ValueTask AbandonAsync(LiveSocket live, Exception cause)
    {
        live.LetNothingWait();
        live.EndWaits();
        await SayGoodbyeAsync(live).ConfigureAwait(false);
        live.Socket.Abort(cause);
        await ((Task)live.Socket.Closed).WaitAsync(_stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        live.Mute();
        if (live.IsKnown)
            Tell(hooks => hooks.OnAbandoned(live.Sender, cause));
    }

    // Waits until the live socket is gone, is to be dropped for a reconnect, or has been live for so long. The answer is the one that is live then: a replacement under way decides whether the connection
    // goes on without a drop.
    private async ValueTask<LiveSocket> UntilGoneAsync(LiveSocket live, TimeSpan limit)
    {
        long began = _settings.TimeProvider.GetTimestamp();
        while (true)
        {
            TimeSpan left = limit == Timeout.InfiniteTimeSpan ? limit : limit - _settings.TimeProvider.GetElapsedTime(began);
            if (left > TimeSpan.Zero || limit == Timeout.InfiniteTimeSpan)
                await ((Task)Task.WhenAny(live.Gone, live.Replaced)).WaitAsync(left, _settings.TimeProvider, _cycleToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (live.Gone.IsCompleted || _cycleToken.IsCancellationRequested)
            {
                Task replacement;
                lock (_lock)
                    replacement = _replacement;
                await replacement.WaitAsync(_stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (live.Successor is not { } next)
                return live;
            live = next;
        }
    }
}
