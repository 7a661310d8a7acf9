using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>How a connection ends.</summary>
internal sealed partial class ConnectionRunner
{
    // Ends the waits for the peer at once.
    private readonly CancellationTokenSource _dropNow = new();

    // Ends the loop's own waits, when the deadline of a close has passed.
    private readonly CancellationTokenSource _stopWaiting = new();
    private Task? _close;
    private int _endingTold;

    /// <summary>Closes for good; never fails. The first caller's code and reason count.</summary>
    public async Task CloseAsync(int code, string reason, CancellationToken token)
    {
        TaskCompletionSource? begin = null;
        Task close;
        lock (_lock)
        {
            _isClosing = true;
            if (_close is null)
            {
                begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _close = _ended ? Task.CompletedTask : CloseCoreAsync(begin.Task, code, reason);
            }

            close = _close;
        }

        if (begin is not null)
        {
            // At once: what is sent after this call has begun is not sent.
            Sends.StopAccepting("the connection was closed.", null);
            begin.TrySetResult();
        }

        // The token ends the wait for the peer: the socket is dropped, and closing is done a moment later.
        await using (token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _dropNow).ConfigureAwait(false))
            await close.ConfigureAwait(false);
    }

    private async Task CloseCoreAsync(Task begin, int code, string reason)
    {
        await begin.ConfigureAwait(false);
        TellEnding();
        LiveSocket? live;
        bool ready;
        Task? run;
        lock (_lock)
            (live, ready, run) = (_live, _ready, _run);

        using CancellationTokenSource limit = new(_settings.CloseTimeout, _settings.TimeProvider);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _dropNow.Token);
        if (live is not null)
            await CloseSocketAsync(live, ready, code, reason, deadline.Token).ConfigureAwait(false);
        CancelCycle();
        if (run is not null)
        {
            await run.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _stopWaiting.CancelAsync().ConfigureAwait(false);
        }

        End(null);
    }

    private async Task CloseSocketAsync(LiveSocket live, bool ready, int code, string reason, CancellationToken deadline)
    {
        try
        {
            if (ready)
            {
                await Task.WhenAny(Sends.WhenEmpty(), live.Socket.Closed).WaitAsync(deadline).ConfigureAwait(false);
                await DrainAsync(live, deadline).ConfigureAwait(false);
            }

            live.Socket.Close(code, reason);
            await live.Socket.Closed.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.CloseDeadline(_settings.Logger, _settings.Name, _settings.CloseTimeout.TotalSeconds);
            live.Socket.Abort(new ConnectionException("The connection was closed, and its peer did not take part in time."));
        }
    }

    // What the contract still has to say and to hear. Its failure is no reason not to close.
    private async ValueTask DrainAsync(LiveSocket live, CancellationToken deadline)
    {
        if (deadline.IsCancellationRequested || live.Gone.IsCompleted)
            return;
        try
        {
            Task drain = _hooks.OnClosingAsync(live.Sender, deadline).AsTask();
            try
            {
                await Task.WhenAny(drain, live.Socket.Closed).WaitAsync(deadline).ConfigureAwait(false);
            }
            finally
            {
                Abandoned.Observe(drain);
            }

            if (drain.IsCompleted)
                await drain.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ClosingFailed(_settings.Logger, _settings.Name, e);
        }
    }

    private void TellEnding()
    {
        if (Interlocked.Exchange(ref _endingTold, 1) != 0)
            return;
        try
        {
            _hooks.OnEnding();
        }
        catch (Exception e)
        {
            Log.HookFailed(_settings.Logger, e); // The connection ends all the same.
        }
    }

    // The end, once, by the loop or by a close whose deadline has passed.
    private void End(Exception? cause)
    {
        LiveSocket? live;
        TaskCompletionSource whenReady;
        lock (_lock)
        {
            if (_ended)
                return;
            Sends.StopAccepting(cause is null ? "the connection was closed." : $"the connection has failed for good. {cause.Message}", cause);
            _endCause = cause;
            Enter(cause is null ? ConnectionState.Closed : ConnectionState.Faulted, cause);
            _ended = true;
            _ready = false;
            live = _live;
            if (_whenReady.Task.IsCompleted)
                _whenReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            whenReady = _whenReady;
        }

        TellEnding();
        Exception ended = EndedException();
        live?.Mute();
        live?.EndWaits();
        live?.Socket.Abort();
        LiveSocket? retiring;
        lock (_lock)
            retiring = _retiring;
        if (retiring is { Socket.Closed.IsCompleted: false })
        {
            retiring.Mute();
            retiring.Socket.Abort();
        }

        TellDropped(live, ended);
        Sends.End();
        _pacer?.Dispose();
        try
        {
            _hooks.OnEnded(cause);
        }
        catch (Exception e)
        {
            Log.HookFailed(_settings.Logger, e); // Nothing is left to do for it.
        }

        // Looked at here, so that a connection nobody waits for does not report an unobserved exception.
        whenReady.TrySetException(ended);
        _ = whenReady.Task.Exception;
        if (cause is null)
        {
            _closed.TrySetResult();
        }
        else
        {
            Log.Faulted(_settings.Logger, _settings.Name, cause);
            _closed.TrySetException(ended);
            _ = _closed.Task.Exception;
        }
    }

    private NetWebSocketException EndedException() => _endCause switch
    {
        null => new ConnectionException("The connection was closed: make a new one to connect again."),
        NetWebSocketException cause => cause,
        { } cause => new ConnectionException($"The connect pipeline gave up: {cause.Message}", innerException: cause),
    };
}
