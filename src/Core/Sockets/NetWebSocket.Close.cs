using System.Text;
using NetWebSockets.Protocol;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

/// <content>Closing (WHATWG WebSockets, close method; RFC 6455, section 7).</content>
public sealed partial class NetWebSocket
{
    /// <summary>
    /// Starts the closing handshake behind everything that is queued, and returns. While connecting, aborts the connection: it closes with 1006. Messages that
    /// arrive from here on are discarded. Calling it again does nothing.
    /// </summary>
    /// <param name="code">1000, or 3000 to 4999; by default none is sent.</param>
    /// <param name="reason">At most 123 bytes of UTF-8. With a reason alone the code is 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">InvalidAccessError: another code.</exception>
    /// <exception cref="ArgumentException">SyntaxError: the reason is too long.</exception>
    public void Close(int? code = null, string? reason = null)
    {
        if (code is { } value && !CloseCode.MayBeSentByApplication(value))
            throw new ArgumentOutOfRangeException(nameof(code), value, "The close code must be 1000, or from 3000 to 4999.");
        string text = reason ?? "";
        if (Encoding.UTF8.GetByteCount(text) > CloseCode.MaxReasonLength)
            throw new ArgumentException($"The close reason must not be longer than {CloseCode.MaxReasonLength} bytes of UTF-8.", nameof(reason));

        switch (BeginClosing())
        {
            case ReadyState.Connecting:
                _handshakeAbort!.Cancel();
                break;
            case ReadyState.Open:
                _inbox.Discard();
                StartCloseTimer();
                _ = SendCloseFrameAsync(code ?? (text.Length > 0 ? CloseCode.NormalClosure : CloseCode.NoStatusReceived), text);
                break;
        }
    }

    /// <summary>Closes, and waits for the peer no longer than <see cref="NetWebSocketOptions.CloseTimeout"/>.</summary>
    /// <param name="code">1000, or 3000 to 4999; by default none is sent.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the closing goes on to its deadline.</param>
    /// <returns>How it closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">InvalidAccessError: another code.</exception>
    /// <exception cref="ArgumentException">SyntaxError: the reason is too long.</exception>
    public Task<CloseEvent> CloseAsync(int? code = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        Close(code, reason);
        return Closed.WaitAsync(cancellationToken);
    }

    /// <summary>Drops the connection at once, without a closing handshake: it closes with 1006.</summary>
    public void Abort() => Abort(new OperationCanceledException("The connection was aborted."));

    /// <summary>Closes with 1000 when still open and waits no longer than <see cref="NetWebSocketOptions.CloseTimeout"/>.</summary>
    /// <returns>A task that is done when the socket is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        Close(CloseCode.NormalClosure);
        await Closed.ConfigureAwait(false);
    }

    /// <summary>Drops the connection at once, with a cause that <see cref="Failure"/> keeps.</summary>
    internal void Abort(Exception cause)
    {
        Stream? stream;
        lock (_lock)
        {
            if (ReadyState == ReadyState.Closed)
                return;
            _abortCause ??= cause;
            if (ReadyState == ReadyState.Connecting)
            {
                Volatile.Write(ref _readyState, (int)ReadyState.Closing);
                _handshakeAbort!.Cancel();
                return;
            }

            Volatile.Write(ref _readyState, (int)ReadyState.Closing);
            stream = _stream;
        }

        _inbox.Discard();
        _sender!.Fail(cause);
        // Without the linger of a closing handshake: TLS' goodbye would wait for a peer that may be gone.
        stream!.Dispose();
    }

    // Enters Closing and tells what was left.
    private ReadyState BeginClosing()
    {
        lock (_lock)
        {
            ReadyState left = ReadyState;
            if (left is ReadyState.Connecting or ReadyState.Open)
                Volatile.Write(ref _readyState, (int)ReadyState.Closing);
            return left;
        }
    }

    private async Task SendCloseFrameAsync(int code, string reason)
    {
        try
        {
            byte[] body = new byte[2 + CloseCode.MaxReasonLength];
            int length = CloseCode.Write(code, reason, body);
            await _sender!.SendClose(body.AsSpan(0, length)).ConfigureAwait(false);
            _closeFrameSent = true;
        }
        catch (SendException exception)
        {
            // The connection failed before the close frame was out: the pump ends with it, and tells.
            Log.CloseFrameNotSent(_logger, exception);
        }
    }

    // The peer's close frame has come: answer it (RFC 6455, section 5.5.1) unless ours is out, and let the peer close the stream first (section 7.1.1).
    private async Task<(bool WasClean, Exception? Failure)> CompleteClosingHandshakeAsync()
    {
        (int code, string reason) = _pump!.PeerClose!.Value;
        if (BeginClosing() == ReadyState.Open)
        {
            StartCloseTimer();
            await SendCloseFrameAsync(code, reason).ConfigureAwait(false);
        }

        TimeSpan patience = _options.CloseTimeout != Timeout.InfiniteTimeSpan && _options.CloseTimeout < StreamCloseTimeout
            ? _options.CloseTimeout
            : StreamCloseTimeout;
        using var deadline = new CancellationTokenSource(patience, _options.TimeProvider);
        try
        {
            await _pump.WaitForEndAsync(deadline.Token).ConfigureAwait(false);
            return (true, null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // The peer keeps the stream open; as in Chromium the client ends it then, and the close was clean.
            return (true, null);
        }
        catch (ProtocolException violation)
        {
            return (false, violation);
        }
        catch (Exception) when (_closeFrameSent && _abortCause is TimeoutException)
        {
            // The deadline of the whole close came in this wait: both close frames have been exchanged all the same.
            return (true, null);
        }
        catch (Exception exception)
        {
            // A reset in place of the end: the peer's code and reason stand, but the close was not clean.
            Log.StreamEndedAfterClose(_logger, exception.Message);
            return (false, null);
        }
    }

    // RFC 6455, section 7.1.7, as Chromium does it: a close frame that says why, then the connection is dropped without waiting for an answer.
    private async Task SendCloseOnFailureAsync(ProtocolException violation)
    {
        if (BeginClosing() != ReadyState.Open)
            return;
        StartCloseTimer();
        await SendCloseFrameAsync(violation.CloseCode, violation.WireReason).ConfigureAwait(false);
    }

    private void StartCloseTimer()
    {
        if (_options.CloseTimeout == Timeout.InfiniteTimeSpan)
            return;
        lock (_lock)
        {
            if (ReadyState == ReadyState.Closed)
                return;
            _closeTimer ??= _options.TimeProvider.CreateTimer(
                static state => ((NetWebSocket)state!).OnCloseTimeout(), this, _options.CloseTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnCloseTimeout() =>
        Abort(new TimeoutException($"The peer did not finish the closing handshake within {_options.CloseTimeout.TotalSeconds:0.###} s (CloseTimeout)."));
}
