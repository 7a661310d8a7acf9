namespace NetWebSockets;

/// <summary>An open connection ended without a closing handshake (RFC 6455, section 7.1.5: close code 1006).</summary>
public sealed class AbnormalClosureException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The network error.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The failure underneath.</param>
    public AbnormalClosureException(NetError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The network error, named as Chromium names it.</summary>
    public NetError Error { get; }
}
