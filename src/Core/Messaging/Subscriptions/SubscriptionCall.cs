using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>A message about subscriptions whose reply is waited for. Its end is worked up on the thread that brings it: a key in the reply is known before the message behind it is looked at.</summary>
/// <param name="message">The message.</param>
/// <param name="table">Told how it ended.</param>
/// <param name="timeout">How long to wait for the reply.</param>
internal sealed class SubscriptionCall(SubscriptionMessage message, SubscriptionTable table, TimeSpan timeout) : PendingCall(message.Method, timeout)
{
    /// <inheritdoc/>
    public override ISendObserver Observer => message;

    /// <inheritdoc/>
    public override Exception? Succeed(ReadOnlySpan<byte> json) => table.OnAcknowledged(message, json);

    /// <inheritdoc/>
    public override void Fail(Exception error)
    {
        table.OnFailed(message, error);

        // It may have waited for its turn.
        message.EndSend();
    }

    /// <inheritdoc/>
    public override void Cancel(CancellationToken token)
    {
        // It was taken back because its socket is gone: the subscriptions are restored on the next.
        message.EndSend();
    }
}
