using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>
/// A call that waits for its reply. Whoever takes it out of the <see cref="CallTable"/> ends it, so that it ends exactly once; its
/// awaiter goes on on another thread.
/// </summary>
/// <param name="method">The method, as it is named on the wire.</param>
/// <param name="timeout">How long to wait for the reply.</param>
internal abstract class PendingCall(string method, TimeSpan timeout) : ISendObserver
{
    // A CancellationTokenRegistration, boxed: most calls have no token, and every call has these fields.
    private object? _registration;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; } = method;

    /// <summary>How long to wait for the reply.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The id on the wire.</summary>
    public long Id { get; set; }

    /// <summary>The table it is in.</summary>
    public CallTable? Table { get; set; }

    /// <summary>When the call began, as the clock's timestamp; 0 when it has no time-out and nobody wants to know.</summary>
    public long Started { get; set; }

    /// <summary>
    /// The socket that the request was written on, counted as <see cref="ISendObserver.OnSent"/> does; -1 while it is
    /// not known to be written.
    /// </summary>
    public long SentOn { get; set; } = -1;

    /// <summary>Whether the time ran out while the request was on its way: the end of the send then ends the call.</summary>
    public bool TimedOutBeforeSent { get; set; }

    /// <summary>Whether the time-out or the caller's token has ended the call, so that its request is to be taken back.</summary>
    public bool Abandoned { get; set; }

    /// <summary>Whether the first item of a streamed call has come: it is over neither by its time-out nor does it count as in flight from then on.</summary>
    public bool Answered { get; set; }

    /// <summary>Takes the request back from the connection's queue; null once the send has ended.</summary>
    public CancellationTokenSource? SendCancellation { get; set; }

    /// <summary>Lets the caller's token abandon the call from here on.</summary>
    /// <param name="token">The token.</param>
    public void WatchToken(CancellationToken token)
    {
        if (!token.CanBeCanceled)
            return;
        _registration = token.UnsafeRegister(static (state, token) => ((PendingCall)state!).Abandon(token), this);
    }

    /// <summary>The caller's token no longer matters.</summary>
    public void StopWatching()
    {
        // Not Dispose: it would wait for the callback, which may be the one that ends the call.
        if (_registration is CancellationTokenRegistration registration)
            registration.Unregister();
    }

    /// <summary>Ends the call with its result.</summary>
    /// <param name="json">The result; empty when the reply had none.</param>
    /// <returns>What the result could not be read for; otherwise null.</returns>
    public abstract Exception? Succeed(ReadOnlySpan<byte> json);

    /// <summary>Ends the call with a failure.</summary>
    /// <param name="error">The failure.</param>
    public abstract void Fail(Exception error);

    /// <summary>Ends the call as cancelled.</summary>
    /// <param name="token">The caller's token.</param>
    public abstract void Cancel(CancellationToken token);

    /// <summary>Told what becomes of the request.</summary>
    public virtual ISendObserver Observer => this;

    /// <summary>Whether several replies come: they are items of a stream.</summary>
    public virtual bool IsStreamed => false;

    /// <summary>The scope that the reply has to carry; null for none.</summary>
    public virtual string? Scope => null;

    /// <summary>Gives an item to the reader of a streamed call. Called by the pump only.</summary>
    /// <param name="json">The item; not used once the method has returned.</param>
    /// <param name="error">Why it could not be read.</param>
    /// <returns>Done when the pump may go on.</returns>
    public virtual ValueTask DeliverAsync(ReadOnlySpan<byte> json, out Exception? error) => throw new NotSupportedException("Only the replies of a streamed call have items.");

    /// <summary>Nobody waits for the call any more, and the peer may have its request: tells the peer, where the contract has words for it.</summary>
    public virtual void GiveUp()
    {
    }

    /// <inheritdoc/>
    public void OnSent(long socket) => Table!.MarkSent(this, socket);

    /// <inheritdoc/>
    public void OnSendFailed(Exception failure)
    {
        // Anything else was refused before anything of it was queued, for its size for example.
        SendOutcome outcome = failure switch
        {
            SendException sent => sent.Outcome,
            SendCanceledException canceled => canceled.Outcome,
            _ => SendOutcome.NotSent,
        };
        Table!.MarkNotSent(this, outcome, failure);
    }

    private void Abandon(CancellationToken token) => Table!.Cancel(this, token);
}

/// <inheritdoc/>
/// <typeparam name="TReply">The type of the result.</typeparam>
internal class PendingCall<TReply>(string method, TimeSpan timeout, PayloadFormat<TReply>? replyFormat) : PendingCall(method, timeout)
{
    private readonly TaskCompletionSource<TReply> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the caller awaits.</summary>
    public Task<TReply> Task => _completion.Task;

    /// <inheritdoc/>
    public override Exception? Succeed(ReadOnlySpan<byte> json)
    {
        if (replyFormat is null)
        {
            _completion.TrySetResult(default!);
            return null;
        }

        if (json.IsEmpty)
        {
            // Only a nullable value says by its type that nothing may come.
            if (typeof(TReply).IsValueType && default(TReply) is null)
            {
                _completion.TrySetResult(default!);
                return null;
            }

            var missing = new CallException(Method, SendOutcome.Sent, $"The reply to '{Method}' has neither a result nor an error where the contract says they stand. Check Result and Error in [Calls].");
            _completion.TrySetException(missing);
            return missing;
        }

        TReply result;
        try
        {
            result = replyFormat.Read(json);
        }
        catch (Exception e)
        {
            // Converters are the user's and may throw anything; the caller gets it.
            _completion.TrySetException(new CallException(
                Method, SendOutcome.Sent, $"The reply to '{Method}' could not be read as {typeof(TReply)}: {e.Message}", e));
            return e;
        }

        _completion.TrySetResult(result);
        return null;
    }

    /// <inheritdoc/>
    public override void Fail(Exception error) => _completion.TrySetException(error);

    /// <inheritdoc/>
    public override void Cancel(CancellationToken token) => _completion.TrySetCanceled(token);
}
