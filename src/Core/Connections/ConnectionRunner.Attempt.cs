using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>One attempt, from the endpoint factory to ready; and the drop of what it opened.</summary>
internal sealed partial class ConnectionRunner
{
    // How long a script may take over what the peer had said before it closed.
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromMilliseconds(250);

    // How long a socket that is given up waits for its peer to answer the close frame.
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromMilliseconds(250);

    // The live socket, or why there is none. Throws only when the token (the pipeline's, or a close) ends it.
    private async ValueTask<(LiveSocket? Live, ConnectionFailure? Failure)> OpenAsync(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _attempt++;
        Enter(ConnectionState.Connecting);
        FailurePhase phase = FailurePhase.Endpoint;
        LiveSocket? live = null;
        using CancellationTokenSource limit = new(_settings.ConnectTimeout, _settings.TimeProvider);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            WebSocketEndpoint endpoint = _hooks.Redirect(await EndpointAsync(stop.Token).ConfigureAwait(false));
            _pacer?.OnConnecting();
            live = new LiveSocket(_settings, _hooks, endpoint, _drops, _pacer, _turn) { Attempt = _attempt };

            phase = FailurePhase.Handshake;
            await live.Socket.Opened.WaitAsync(stop.Token).ConfigureAwait(false);

            phase = FailurePhase.Script;
            Enter(ConnectionState.Scripting);
            lock (_lock)
                _live = live;
            LiveScriptSender sender = live.Sender;
            live.IsKnown = true;
            ValueTask script = _hooks.OnScriptingAsync(sender, stop.Token);
            live.LetThrough();
            await RunScriptAsync(script, live, stop).ConfigureAwait(false);

            phase = FailurePhase.Restore;
            Enter(ConnectionState.Restoring);
            await RunAsync(_hooks.OnRestoringAsync(sender, stop.Token), live, stop).ConfigureAwait(false);

            // What was held back goes out. It may be much on a slow line, so it has no limit but the keep-alive's, which notices a dead peer.
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            live.KeepAlive = KeepAlive.Start(_settings, live);
            await RunAsync(new ValueTask(Sends.Attach(live.Lease)), live, stop).ConfigureAwait(false);
            stop.Token.ThrowIfCancellationRequested();
            EnterReady(live);
            return (live, null);
        }
        catch (Exception e)
        {
            bool canceled = token.IsCancellationRequested || IsClosing;
            ConnectionFailure failure = await DescribeAsync(e, phase, live, timedOut: limit.IsCancellationRequested && !canceled).ConfigureAwait(false);
            if (live is not null)
                await LetGoAsync(live, failure.Exception).ConfigureAwait(false);
            if (!canceled)
                Log.AttemptFailed(_settings.Logger, _settings.Name, _attempt, phase.ToString(), failure.Exception);
            if (!IsClosing)
                Enter(ConnectionState.Disconnected, failure.Exception);
            TellDropped(live, failure.Exception);
            return canceled ? throw new OperationCanceledException("The attempt was given up.", e, token) : (null, failure);
        }
    }

    private async ValueTask<WebSocketEndpoint> EndpointAsync(CancellationToken token)
    {
        ConnectAttempt attempt = new(Math.Max(_attempt, 1), _settings.Uri, _lastFailure);
        if (_settings.Endpoint is not { } factory)
            return attempt.Endpoint;
        WebSocketEndpoint? endpoint = await Abandoned.WaitAsync(factory(attempt, token), token).ConfigureAwait(false);
        if (endpoint?.Uri is null)
            throw new ArgumentException("The endpoint factory gave no address: return new WebSocketEndpoint(address).");
        List<string> problems = [];
        ConnectionOptionsValidation.Address(problems, "The address of the endpoint factory", endpoint.Uri);
        return problems.Count == 0 ? endpoint : throw new ArgumentException(problems[0]);
    }

    // Peers that refuse say why and close at once: what came before the close is still the script's to judge, and nothing else will come.
    private async ValueTask RunScriptAsync(ValueTask work, LiveSocket live, CancellationTokenSource stop)
    {
        Task script = work.AsTask();
        try
        {
            await RunAsync(new ValueTask(script), live, stop).ConfigureAwait(false);
        }
        catch (Exception) when (live.Gone.IsCompleted && !IsClosing)
        {
            await script.WaitAsync(ScriptPatience, _settings.TimeProvider, _stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (script.IsFaulted)
                await script.ConfigureAwait(false);
            throw;
        }
    }

    // Waits for a hook or for what is sent, for as long as the socket is open and the attempt goes on.
    private static async ValueTask RunAsync(ValueTask work, LiveSocket live, CancellationTokenSource stop)
    {
        Task task = work.AsTask();
        if (!task.IsCompleted)
        {
            try
            {
                await Task.WhenAny(task, live.Gone).WaitAsync(stop.Token).ConfigureAwait(false);
            }
            finally
            {
                Abandoned.Observe(task);
            }
        }

        if (!task.IsCompleted)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw live.GiveUpCause ?? new SendException(SendOutcome.NotSent, "The socket closed.");
        }

        await task.ConfigureAwait(false);
    }

    private void EnterReady(LiveSocket live)
    {
        lock (_lock)
        {
            if (_isClosing || _ended)
                throw new OperationCanceledException("The connection is being closed.");
            _ready = true;
            Enter(ConnectionState.Ready);
            _whenReady.TrySetResult();
        }

        Log.Ready(_settings.Logger, _settings.Name, live.Lease.Number, _attempt);
        if (_wasReady)
            NetWebSocketMetrics.Reconnected(_settings.Name);
        _wasReady = true;
        Tell(hooks => hooks.OnReady(live.Sender));
    }

    // The live socket has closed, or is to be dropped for a reconnect.
    private async ValueTask<ConnectionFailure> DropAsync(LiveSocket live)
    {
        lock (_lock)
        {
            _ready = false;
            if (_whenReady.Task.IsCompleted)
                _whenReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Exception? asked = IsClosing ? EndedException()
            : Failing ?? (live.Socket.Closed.IsCompleted ? null
            : live.GiveUpCause ?? new ConnectionException("The socket was dropped because a reconnect was asked for."));
        ConnectionFailure failure = asked is not null
            ? new ConnectionFailure { Exception = asked, Phase = FailurePhase.Ready, Attempt = Math.Max(_attempt, 1), WasReady = true }
            : await DescribeAsync(null, FailurePhase.Ready, live, timedOut: false).ConfigureAwait(false);
        if (!IsClosing)
        {
            Log.Dropped(_settings.Logger, _settings.Name, failure.CloseCode ?? 0, failure.Exception);
            Enter(ConnectionState.Disconnected, failure.Exception);
        }

        await LetGoAsync(live, failure.Exception).ConfigureAwait(false);
        await EndRetirementAsync().ConfigureAwait(false);
        TellDropped(live, failure.Exception);
        return failure;
    }

    // Drops a socket, after its last message was delivered and all that can be sent again is back in the queue.
    private async ValueTask LetGoAsync(LiveSocket live, Exception cause)
    {
        live.KeepAlive?.Dispose();
        Task written = Sends.Detach(live.Lease);
        live.LetNothingWait();
        live.EndWaits();
        await SayGoodbyeAsync(live).ConfigureAwait(false);
        live.Socket.Abort(cause);
        try
        {
            await Task.WhenAll(live.Socket.Closed, written).WaitAsync(_stopWaiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The deadline of a close has passed: whoever holds this socket's last message, nobody waits for it.
            live.Mute();
        }
    }

    private void TellDropped(LiveSocket? live, Exception cause)
    {
        if (live is null)
            return;
        lock (_lock)
        {
            if (_live == live)
                _live = null;
        }

        if (!live.IsKnown || !live.TryMarkDropped())
            return;
        _drops++;
        Tell(hooks => hooks.OnDropped(cause));
    }

    // A socket that is given up for another one says so with the contract's code, for there are peers that end the session at any other. The wait for the peer is short.
    private async ValueTask SayGoodbyeAsync(LiveSocket live)
    {
        if (_settings.Rules.AbortCode == 0 || !live.IsKnown || IsClosing || live.Socket.ReadyState != ReadyState.Open)
            return;
        live.Socket.Close(_settings.Rules.AbortCode);
        await ((Task)live.Socket.Closed).WaitAsync(GoodbyePatience, _settings.TimeProvider, _stopWaiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
