namespace NetWebSockets;

/// <summary>A message was not sent, or nobody can know whether it was; <see cref="Outcome"/> tells which.</summary>
public class SendException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="outcome"><see cref="SendOutcome.NotSent"/> or <see cref="SendOutcome.Unknown"/>.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The failure underneath, when there is one.</param>
    public SendException(SendOutcome outcome, string message, Exception? innerException = null)
        : base(message, innerException) => Outcome = outcome;

    /// <summary>What became of the message; never <see cref="SendOutcome.Sent"/>.</summary>
    public SendOutcome Outcome { get; }
}

/// <summary>
/// The caller's token was cancelled before the outcome of a send was known to be <see cref="SendOutcome.Sent"/>. The connection is
/// not touched by it.
/// </summary>
public sealed class SendCanceledException : OperationCanceledException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="outcome">
    /// <see cref="SendOutcome.NotSent"/> when the message was taken out of the queue, <see cref="SendOutcome.Unknown"/> when it was
    /// already on its way.
    /// </param>
    /// <param name="token">The token that was cancelled.</param>
    public SendCanceledException(SendOutcome outcome, CancellationToken token)
        : base(outcome == SendOutcome.NotSent
            ? "The send was cancelled before any of it left."
            : "The send was cancelled while it was being written; the peer may have seen it.", token) => Outcome = outcome;

    /// <summary>What became of the message; never <see cref="SendOutcome.Sent"/>.</summary>
    public SendOutcome Outcome { get; }
}
