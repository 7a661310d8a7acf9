namespace NetWebSockets;

/// <summary>
/// An attempt failed after or before its opening handshake, or a live connection dropped; <see cref="Failure"/> tells all that is known.
/// (A failed opening handshake is a <see cref="HandshakeException"/>.) This is what a connect pipeline sees.
/// </summary>
public sealed class ConnectionException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="failure">All that is known; <see langword="null"/> when the connection was not started or was closed by its user.</param>
    /// <param name="innerException">The failure underneath.</param>
    /// <param name="error">The network error, when there is one.</param>
    public ConnectionException(
        string message, ConnectionFailure? failure = null, Exception? innerException = null, NetError error = NetError.None)
        : base(message, innerException)
    {
        Failure = failure;
        Error = error;
    }

    /// <summary>The network error, such as <c>PingTimedOut</c> for a dead peer; otherwise <see cref="NetError.None"/>.</summary>
    public NetError Error { get; }

    /// <summary>All that is known of the failure; <see langword="null"/> when the user closed the connection.</summary>
    public ConnectionFailure? Failure { get; internal set; }
}
