namespace NetWebSockets;

/// <summary>The base of every exception that NetWebSockets throws for a failure of the network, the peer or the protocol.</summary>
public class NetWebSocketException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and, where there is something to do about it, what to do.</param>
    /// <param name="innerException">The failure underneath, when there is one.</param>
    public NetWebSocketException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
